import { pulumi } from "./cli/pulumi.ts";
import { UserError } from "./model/errors.ts";
import type { StateResource } from "./model/state.ts";

/** A stack's state, as `pulumi stack export` has it. */
export interface Deployment {
  resources?: StateResource[];
  pending_operations?: { type: string }[];
}

/**
 * The state of the selected stack, or of the one named, with its secrets as they are kept: the only reader of it, for
 * the program and the command. Asked of `pulumi stack export` itself, because the Automation API's export decrypts
 * every secret, for which it would need the passphrase.
 * @param version of an update that Pulumi Cloud has, to read the state it left @default the present state
 * @throws UserError with what pulumi says where there is no such stack
 */
export async function readState(stack?: string, version?: number): Promise<Deployment> {
  const which = version === undefined ? [] : ["--version", String(version)];
  const { code, stdout, stderr } = await pulumi(["stack", "export", ...ofStack(stack), ...which]);
  if (code !== 0) throw new UserError(`stack: cannot be read: ${stderr.trim().replace(/^error: /, "")}`);
  return (JSON.parse(stdout) as { deployment: Deployment }).deployment;
}

/** The words that name a stack to `pulumi`; none for the selected one. */
export function ofStack(stack: string | undefined): string[] {
  return stack === undefined ? [] : ["--stack", stack];
}
