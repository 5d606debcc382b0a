import { readFileSync } from "node:fs";
import { assignments } from "../../lib/shell.ts";

const script = (name: string) => readFileSync(new URL(`./${name}.sh`, import.meta.url), "utf8");
/** The shell function `live`, for scripts that are sent to a host. */
export const LIVE = script("live");
const LOGS = script("logs");
const EXEC = script("exec");

/** Whose containers. */
interface Fleet {
  project: string;
  stack: string;
}

/** Which lines, as `docker logs` takes them, and whether those to come too. */
export interface LogsArgs {
  services: readonly string[];
  tail: string;
  since: string;
  follow: boolean;
}

/** The script for {@link shellOn} that prints what {@link logLine} reads. */
export function logsScript({ project, stack }: Fleet, { services, tail, since, follow }: LogsArgs): string {
  const variables = {
    SERVICES: ` ${services.join(" ")} `,
    TAIL: tail,
    SINCE: since,
    FOLLOW: follow ? "yes" : "",
  };
  return assignments({ PROJECT: project, STACK: stack, ...variables }) + LIVE + LOGS;
}

/** A line that a container has logged. */
export interface LogLine {
  container: string;
  service: string;
  slot: string;
  /** Sorts as text does. */
  time: string;
  text: string;
}

/** Undefined for what has no time: a message of docker's own. */
export function logLine(printed: string): LogLine | undefined {
  const [, container = "", service = "", slot = "", time = "", text = ""] =
    /^(\S+) (\S+) (\S+) (\d{4}-\S+) ?(.*)$/s.exec(printed) ?? [];
  return container ? { container, service, slot, time, text } : undefined;
}

/** The words that run a command in the container that answers for a replica, with the caller's standard input. */
export function execWords(
  { project, stack }: Fleet,
  { service, slot, tty }: { service: string; slot: string; tty: boolean },
  command: readonly string[],
): string[] {
  const variables = { PROJECT: project, STACK: stack, SERVICE: service, SLOT: slot, TTY: tty ? "-t" : "" };
  return ["sh", "-c", assignments(variables) + LIVE + EXEC, "sh", ...command];
}
