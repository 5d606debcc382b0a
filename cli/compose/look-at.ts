import { readFileSync, statSync } from "node:fs";
import { LARGEST_FILE } from "../../model/catalogue/project-files.ts";
import type { Found } from "../../model/compose/context.ts";

/** What is at a path: "small text" is what a config may hold; what cannot be read counts as another file. */
export function lookAt(path: string): Found {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return "nothing";
  if (found.isDirectory()) return "folder";
  if (!found.isFile() || found.size > LARGEST_FILE) return "other file";
  try {
    const text = new TextDecoder("utf8", { fatal: true }).decode(readFileSync(path));
    return text.includes("\0") ? "other file" : "small text";
  } catch {
    return "other file";
  }
}
