import { UserError } from "../lib/errors.ts";
import { type Deployment, SECRET, type StateResource } from "../model/state/resources.ts";
import { folderOf, presentState } from "./file-backend.ts";
import { answer, complaint, pulumi } from "./pulumi.ts";
import type { Session } from "./session.ts";

/** Which state. */
interface Which {
  /** Of an update that Pulumi Cloud has: the state it left. @default the present state */
  version?: number;
  /** As they are kept, or, which takes the stack's passphrase, as the values they are. @default kept */
  secrets?: "kept" | "shown";
}

/**
 * The state of the session's stack: the only reader of it. A file backend's is read from its file; otherwise `pulumi
 * stack export` itself is run, which takes a third of a second, because the Automation API's export decrypts every
 * secret, for which it would need the passphrase.
 * @throws UserError with what pulumi says where there is no such stack
 */
export async function readState(session: Session, { version, secrets }: Which = {}): Promise<Deployment> {
  if (version === undefined && secrets !== "shown") {
    const folder = folderOf(session.backend, session.folder);
    const found = folder && presentState(folder, `${session.project}/${session.stack}`);
    if (found) return found;
  }
  const which = [
    ...(version === undefined ? [] : ["--version", String(version)]),
    ...(secrets === "shown" ? ["--show-secrets"] : []),
  ];
  const { code, stdout, stderr } = await pulumi(session, ["stack", "export", ...which]);
  if (code !== 0) throw new UserError(`stack: cannot be read: ${complaint(stderr)}`);
  return (JSON.parse(stdout, secrets === "shown" ? revealed : undefined) as { deployment: Deployment })
    .deployment;
}

/**
 * Puts resources into the stack's state, behind those it has.
 * @throws UserError with what pulumi says where it does not take them
 */
export async function addToState(session: Session, resources: readonly StateResource[]): Promise<void> {
  const file = JSON.parse(await answer(session, "stack", "export")) as { deployment: Deployment };
  const deployment = { ...file.deployment, resources: [...(file.deployment.resources ?? []), ...resources] };
  const input = JSON.stringify({ ...file, deployment });
  const { code, stderr } = await pulumi(session, ["stack", "import"], { input });
  if (code !== 0) throw new UserError(`stack: cannot be written: ${complaint(stderr)}`);
}

/** A secret that is shown is an object with its JSON in it. */
function revealed(_: string, value: unknown): unknown {
  return isShown(value) ? JSON.parse(value.plaintext) : value;
}

function isShown(value: unknown): value is { plaintext: string } {
  return typeof value === "object" && value !== null && SECRET in value && "plaintext" in value;
}
