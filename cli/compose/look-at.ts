import { readFileSync, statSync } from "node:fs";
import type { Found } from "../../model/compose/context.ts";

/** The most that a config may hold, in bytes: model/catalogue/files.ts. */
const SMALL = 500_000;

/** What is at a path; what cannot be read counts as another file. */
export function lookAt(path: string): Found {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return "nothing";
  if (found.isDirectory()) return "folder";
  if (!found.isFile() || found.size > SMALL) return "other file";
  try {
    const text = new TextDecoder("utf8", { fatal: true }).decode(readFileSync(path));
    return text.includes("\0") ? "other file" : "small text";
  } catch {
    return "other file";
  }
}
