import { spawn } from "node:child_process";
import { UserError } from "../model/errors.ts";
import { type HostAddress, shellOn } from "../model/hosts.ts";

/** ssh's own exit code, when it is not the command's. */
const NO_CONNECTION = 255;

/**
 * Runs a script for sh on a host and gives what it printed to stdout.
 * @throws UserError with what it printed to stderr, when it failed or the host cannot be reached within 10 s
 */
export async function onHost(host: HostAddress, script: string, ...args: string[]): Promise<string> {
  const [program = "", ...words] = shellOn(host, ...args);
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "pipe"] });
  const printed = { stdout: "", stderr: "" };
  child.stdout.on("data", (data: Buffer) => (printed.stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (printed.stderr += data.toString()));
  // It may have ended without reading all of it; how it ended says why.
  child.stdin.on("error", () => undefined).end(script);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (code === 0) return printed.stdout;
  const said = printed.stderr.trim() || `exit code ${code ?? "none"}`;
  if (program === "ssh" && code === NO_CONNECTION)
    throw new UserError(`${host.name}: cannot be reached at ${host.address}: ${said}`);
  throw new UserError(`${host.name}: ${said}`);
}
