import type { Process } from "../lib/processes.ts";

/**
 * Whether the engine that runs a program was told to go on after errors. It does not tell the program, so its command
 * line is looked for among the processes the program descends from.
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
