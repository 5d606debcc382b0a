import { UserError } from "../lib/errors.ts";
import { type Deployment, SECRET, type StateResource } from "../model/state/resources.ts";
import { folderOf, presentState } from "./file-backend.ts";
import { answer, projectName, pulumi, selectedStack } from "./pulumi.ts";

/** Which state. */
interface Which {
  /** Of an update that Pulumi Cloud has: the state it left. @default the present state */
  version?: number;
  /** As they are kept, or, which takes the stack's passphrase, as the values they are. @default kept */
  secrets?: "kept" | "shown";
}

/**
 * The state of the selected stack, or of the one named: the only reader of it. A file backend's is read from its file;
 * otherwise `pulumi stack export` itself is asked, which takes a third of a second, because the Automation API's export
 * decrypts every secret, for which it would need the passphrase.
 * @throws UserError with what pulumi says where there is no such stack
 */
export async function readState(stack?: string, { version, secrets }: Which = {}): Promise<Deployment> {
  if (version === undefined && secrets !== "shown") {
    const found = inFile(stack ?? (await selectedStack()));
    if (found) return found;
  }
  const which = [
    ...(version === undefined ? [] : ["--version", String(version)]),
    ...(secrets === "shown" ? ["--show-secrets"] : []),
  ];
  const { code, stdout, stderr } = await pulumi(["stack", "export", ...ofStack(stack), ...which]);
  if (code !== 0) throw new UserError(`stack: cannot be read: ${stderr.trim().replace(/^error: /, "")}`);
  return (JSON.parse(stdout, secrets === "shown" ? revealed : undefined) as { deployment: Deployment })
    .deployment;
}

/** The present state, where the shell names a file backend; with a slash, a stack may be another project's. */
function inFile(stack: string): Deployment | undefined {
  const folder = folderOf(process.env.PULUMI_BACKEND_URL ?? "");
  return folder && !stack.includes("/") ? presentState(folder, `${projectName()}/${stack}`) : undefined;
}

/**
 * Puts resources into the state of the selected stack, behind those it has.
 * @throws UserError with what pulumi says where it does not take them
 */
export async function addToState(resources: readonly StateResource[]): Promise<void> {
  const file = JSON.parse(await answer("stack", "export")) as { deployment: Deployment };
  const deployment = { ...file.deployment, resources: [...(file.deployment.resources ?? []), ...resources] };
  const { code, stderr } = await pulumi(
    ["stack", "import"],
    "quiet",
    JSON.stringify({ ...file, deployment }),
  );
  if (code !== 0) throw new UserError(`stack: cannot be written: ${stderr.trim().replace(/^error: /, "")}`);
}

/** A secret that is shown is an object with its JSON in it. */
function revealed(_: string, value: unknown): unknown {
  return isShown(value) ? JSON.parse(value.plaintext) : value;
}

function isShown(value: unknown): value is { plaintext: string } {
  return typeof value === "object" && value !== null && SECRET in value && "plaintext" in value;
}

/** The words that name a stack to `pulumi`; none for the selected one. */
export function ofStack(stack: string | undefined): string[] {
  return stack === undefined ? [] : ["--stack", stack];
}
