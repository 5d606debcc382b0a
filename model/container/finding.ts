import { printed } from "../compose/print.ts";
import { isRoot } from "../catalogue/process.ts";
import type { Opening, Trial } from "./trial.ts";

/** What `slipway build --check` has found out of a service. */
export interface Finding {
  service: string;
  /**
   * closed: it runs as services.ts closes it; lacks: it runs only with `needs` besides; unknown: it ends by itself, whatever
   * is opened; untried: nothing is closed.
   */
  verdict: "closed" | "lacks" | "unknown" | "untried";
  /** As whom it runs. */
  user?: string;
  /** The folders that it wrote to with all opened, and cannot write to as it is closed. */
  wrote?: string[];
  /** The keys to add to its entry. */
  needs?: Opening;
  /** Its last run as it is closed. */
  closed?: Trial;
  /** Why nothing was tried, or what else there is to know. */
  note?: string;
}

/** Why each key may be needed, and what else would do. */
const REASONS: Readonly<Record<keyof Opening, string>> = {
  tmpfs: "it writes there, and its root is closed; a volume in its place keeps what it writes",
  sysctls: "it listens at a port that only root may have; one that is not below this would do too",
  capAdd: "it does what only a privileged process may",
  pidsLimit: "it starts more processes than it may",
  user: "it does what its user may not; to make its files its user's, in the Dockerfile, would do too",
  securityOpt: "it takes privileges by a program that has them, as sudo has",
  readOnly: "it writes where no tmpfs can be, or in too many places",
};

/** What is said of a service, on one line or more. */
export function formatFinding({ service, verdict, user, wrote = [], needs, closed, note }: Finding): string {
  const as = user === undefined ? "" : isRoot(user) ? " as root" : ` as ${user}`;
  const more = note === undefined ? "" : `\n  ${note}`;
  const last = closed?.log.slice(-10).map((line) => `\n    ${line}`) ?? [];
  const ended = closed?.code === undefined ? "it runs, and says" : `it ended with exit code ${closed.code}`;
  if (verdict === "untried") return `${service}: not tried: ${note ?? ""}`;
  if (verdict === "closed")
    return `${service}: runs closed${as}${wrote.length ? `, and did without writing to ${wrote.join(", ")}` : ""}${more}`;
  if (verdict === "unknown")
    return `${service}: could not be tried to its end${as}: with all opened too ${ended}${last.join("")}${more}`;
  const words = Object.entries(needs ?? {}).map(
    ([key, value]) =>
      `\n  ${key}: ${printed(value, key.length + 4, "  ")}, // ${REASONS[key as keyof Opening]}`,
  );
  const where = wrote.length ? `\n  With all opened it wrote to ${wrote.join(", ")}` : "";
  return `${service}: lacks what it needs${as}. The least to add to services.ts:${words.join("")}${where}\n  Closed, ${ended}${last.join("")}${more}`;
}
