import { UserError } from "../lib/errors.ts";
import { type Process, readProcesses } from "../lib/processes.ts";

let found: string[] | undefined;

/**
 * A problem where the engine would delete the old container of a service whose roll has failed. Looked for once: a
 * process has the same ancestors each time it reads the settings.
 */
export function unsafeFlags(): string[] {
  return (found ??= findUnsafeFlags());
}

function findUnsafeFlags(): string[] {
  try {
    if (!continuesOnError(process.env, process.pid, readProcesses())) return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error.message];
  }
  return [
    "--continue-on-error: would delete the container that serves requests when a roll fails. Run pulumi without it, " +
      "and with PULUMI_CONTINUE_ON_ERROR unset",
  ];
}

/**
 * Whether the engine that runs a program goes on after errors. The program has no other way to know than the command
 * lines of the processes that it descends from.
 * @param pid the program's process
 * @param processes all of this machine
 */
export function continuesOnError(
  environment: NodeJS.ProcessEnv,
  pid: number,
  processes: readonly Process[],
): boolean {
  if (/^(1|t|true)$/i.test(environment.PULUMI_CONTINUE_ON_ERROR ?? "")) return true;
  const table = new Map(processes.map((each) => [each.pid, each]));
  for (let above = table.get(pid); above; above = table.get(above.parent)) {
    if (/^\S*pulumi\s.*--continue-on-error(?!=(0|f|false)\b)/i.test(above.args)) return true;
  }
  return false;
}
