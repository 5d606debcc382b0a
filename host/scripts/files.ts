import { assignments } from "../../lib/shell.ts";
import { scriptPath } from "./script.ts";

/** The script and its parts as paths in the project. */
export const FILES_FILES: readonly string[] = ["waiting", "lock", "files-digest", "files"].map(scriptPath);

/** The variables of files.sh. */
export interface FilesVariables {
  /** With STACK and SERVICE: whose files. */
  PROJECT: string;
  STACK: string;
  SERVICE: string;
  /** The volume's name, which ends in a digest of what is in it. */
  VOLUME: string;
  /** Where the engine keeps what is in it. */
  FOLDER: string;
  /** What is in it, as a tar archive in base64. */
  CONTENT: string;
}

/** The lines that set them: the script's standard input, before its files. */
export function filesInput(variables: FilesVariables): string {
  return assignments({ ...variables });
}
