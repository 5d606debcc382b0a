import { readFileSync } from "node:fs";
import { withVariables } from "./shell.ts";

const SCRIPT = readFileSync(new URL("./edge-file.sh", import.meta.url), "utf8");

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

/** The script that writes the file, removes it or prints the gates, for {@link shellOn} with that verb. */
export function edgeFileScript({ project, stack, file = "", content = "", sign }: EdgeFile): string {
  const variables = {
    ...{ PROJECT: project, STACK: stack, FILE: file, CONTENT: content },
    ...{ API: sign?.path ?? "", TEXT: sign?.text ?? "" },
  };
  return withVariables(variables, SCRIPT);
}
