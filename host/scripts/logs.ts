import { assignments } from "../../lib/shell.ts";
import { readScripts } from "./script.ts";

/** The variables of logs.sh. */
interface LogsVariables {
  /** With STACK: whose containers. */
  PROJECT: string;
  STACK: string;
  /** Names with a space around each. */
  SERVICES: string;
  /** Lines of each container so far, and since when, as `docker logs` takes them; SINCE empty: from its start. */
  TAIL: string;
  SINCE: string;
  /** Empty: what there is; else goes on, over restarts and rolls, until standard input ends. */
  FOLLOW: "yes" | "";
}

/** Which lines, as `docker logs` takes them, and whether those to come too. */
export interface LogsArgs {
  project: string;
  stack: string;
  services: readonly string[];
  tail: string;
  since: string;
  follow: boolean;
}

/** The script, for `sh` on a host, that prints what {@link parseLogLine} reads. */
export function logsScript({ project, stack, services, tail, since, follow }: LogsArgs): string {
  const variables: LogsVariables = {
    PROJECT: project,
    STACK: stack,
    SERVICES: ` ${services.join(" ")} `,
    TAIL: tail,
    SINCE: since,
    FOLLOW: follow ? "yes" : "",
  };
  return assignments({ ...variables }) + readScripts(["containers", "logs"]);
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
export function parseLogLine(printed: string): LogLine | undefined {
  const [, container = "", service = "", slot = "", time = "", text = ""] =
    /^(\S+) (\S+) (\S+) (\d{4}-\S+) ?(.*)$/s.exec(printed) ?? [];
  return container ? { container, service, slot, time, text } : undefined;
}
