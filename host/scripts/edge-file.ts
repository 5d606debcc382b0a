import { assignments } from "../../lib/shell.ts";
import { readScripts, scriptPath } from "./script.ts";

const PARTS = ["containers", "evidence", "edge-file"];

/** The script and its parts as paths in the project. */
export const EDGE_FILE_FILES: readonly string[] = PARTS.map(scriptPath);

/** The variables of edge-file.sh. */
interface EdgeFileVariables {
  /** With STACK: whose edge. */
  PROJECT: string;
  STACK: string;
  /** `project/stack` of another stack, whose edge it is instead; or empty. */
  EDGE_STACK: string;
  /** Name of a file in the edge's folder of routes, and what `write` puts there. */
  FILE: string;
  CONTENT: string;
  /** `write` waits until this path of the edge's API has that text; API empty: does not wait. */
  API: string;
  TEXT: string;
}

/** A file for a stack's edge. */
export interface EdgeFile {
  project: string;
  stack: string;
  /** `project/stack` of another stack whose edge it is. @default this one's */
  edge?: string | undefined;
  /** Its name in the edge's folder of routes, `<name>.yml`. */
  file?: string;
  content?: string;
  /** What the edge's API replies once it has taken the file over. @default nothing is waited for */
  expectedReply?: { path: string; text: string };
}

/** The lines that set the script's variables, to put before it. */
export function edgeFileInput({
  project,
  stack,
  edge = "",
  file = "",
  content = "",
  expectedReply,
}: EdgeFile): string {
  const variables: EdgeFileVariables = {
    PROJECT: project,
    STACK: stack,
    EDGE_STACK: edge,
    FILE: file,
    CONTENT: content,
    API: expectedReply?.path ?? "",
    TEXT: expectedReply?.text ?? "",
  };
  return assignments({ ...variables });
}

/** The script that writes the file, removes it or prints the maintenance files, for `sh` with that verb on a host. */
export function edgeFileScript(file: EdgeFile): string {
  return edgeFileInput(file) + readScripts(PARTS);
}
