import type { ActualContainer } from "../container/actual.ts";
import { isRunning } from "../container/actual.ts";
import { EDGE_SERVICE } from "../container/labels.ts";
import { ownFiles } from "../edge/traefik.ts";
import { names } from "../rollout/resource-names.ts";
import { textDigest } from "../../lib/digest.ts";
import { unquote } from "../../lib/shell.ts";
import type { Drift } from "./drift.ts";
import { type Mend, anew, commandFor } from "./mend.ts";
import type { StackState } from "./parse.ts";
import { nameIn } from "./resources.ts";

/**
 * In what the files that a host's edge has of its own, and no service, are not as they were put there. Nobody knows while
 * the state's edge does not run.
 * @param files what is in its folder of routes: of those files each one's SHA-256
 */
export function edgeDrift(
  host: string,
  { containers, cutovers }: Pick<StackState, "containers" | "cutovers">,
  actual: readonly ActualContainer[],
  files: ReadonlyMap<string, string>,
): Drift[] {
  const edge = containers.find((one) => one.service === EDGE_SERVICE && one.host === host && !one.leaving);
  if (!edge || !actual.some((one) => one.inspected.Id === edge.id && isRunning(one))) return [];
  const delivery = names.edgeCertificate(nameIn(edge.urn));
  const input = cutovers.get(delivery);
  const certificate = typeof input === "string" ? /^CONTENT=(.*)$/m.exec(input)?.[1] : undefined;
  return [
    // The container puts it there as it starts.
    ...fileDrift("settings", files.get(ownFiles.middlewares), edge.inputs.command?.[0], anew(edge.urn)),
    ...fileDrift("certificate", files.get(ownFiles.certificate), certificate && unquote(certificate), {
      fill: delivery,
    }),
  ];
}

function fileDrift(what: string, found: string | undefined, wanted: string | undefined, mend: Mend): Drift[] {
  if (wanted === undefined || found === textDigest(wanted)) return [];
  const [kind, words] =
    found === undefined ? (["missing", "not there"] as const) : (["edited by hand", "another"] as const);
  return [
    { kind, what: `the edge's ${what} file is ${words}`, command: commandFor(undefined), mends: [mend] },
  ];
}
