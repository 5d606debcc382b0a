import { assignments } from "../../lib/shell.ts";
import { readScripts } from "./script.ts";

/** The variables of exec.sh. */
interface ExecVariables {
  /** With STACK, SERVICE and SLOT: in which replica's container. */
  PROJECT: string;
  STACK: string;
  SERVICE: string;
  SLOT: string;
  /** Whether the command is to have a terminal: an option of `docker exec`. */
  TTY: "-t" | "";
}

/** In which container, and whether with a terminal. */
export interface ExecArgs {
  project: string;
  stack: string;
  service: string;
  slot: string;
  tty: boolean;
}

/** The words that run a command in the container that serves as a replica, with the caller's standard input. */
export function execWords(
  { project, stack, service, slot, tty }: ExecArgs,
  command: readonly string[],
): string[] {
  const variables: ExecVariables = {
    PROJECT: project,
    STACK: stack,
    SERVICE: service,
    SLOT: slot,
    TTY: tty ? "-t" : "",
  };
  return ["sh", "-c", assignments({ ...variables }) + readScripts(["containers", "exec"]), "sh", ...command];
}
