import { readFileSync } from "node:fs";
import { assignments } from "../../lib/shell.ts";

/** The script's path in the project. */
export const EDGE_FILE_SCRIPT = "host/scripts/edge-file.sh";

/** A file for a stack's edge. */
export interface EdgeFile {
  project: string;
  stack: string;
  /** Its name in the edge's folder of routes, `<name>.yml`. */
  file?: string;
  content?: string;
  /** What the edge's API says once it has taken the file over. @default nothing is waited for */
  sign?: { path: string; text: string };
}

/** What the script needs to know, as lines to put before it. */
export function edgeFileVariables({ project, stack, file = "", content = "", sign }: EdgeFile): string {
  return assignments({
    ...{ PROJECT: project, STACK: stack, FILE: file, CONTENT: content },
    ...{ API: sign?.path ?? "", TEXT: sign?.text ?? "" },
  });
}

/** The script that writes the file, removes it or prints the gates, for {@link shellOn} with that verb. */
export function edgeFileScript(file: EdgeFile): string {
  return edgeFileVariables(file) + readFileSync(new URL("./edge-file.sh", import.meta.url), "utf8");
}
