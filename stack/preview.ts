import { UserError } from "../lib/errors.ts";
import type { Planned } from "../model/state/adopt/match.ts";
import { pulumi } from "./pulumi.ts";
import type { Session } from "./session.ts";

/** What an update would do with a resource. */
export interface PreviewStep {
  /** "same", "create", "update", "replace", … */
  op: string;
  urn: string;
  /** Its inputs are shown without the values of secrets. */
  newState?: Planned;
}

/**
 * What a preview of the session's stack says an update would do.
 * @throws UserError with what the program says where it fails
 */
export async function preview(session: Session): Promise<PreviewStep[]> {
  const { code, stdout, stderr } = await pulumi(session, ["preview", "--json"]);
  const { steps = [], diagnostics = [] } = JSON.parse(stdout || "{}") as {
    steps?: PreviewStep[];
    diagnostics?: { severity: string; message: string }[];
  };
  if (code !== 0) {
    const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
    throw new UserError([...errors, stderr].join("\n").trim());
  }
  return steps;
}
