import { basename } from "node:path";
import type { ImportOptions } from "./context.ts";

/**
 * A path as services.ts has it. What is outside of the project's folder, where nothing that a stack is made of may be, is
 * to be copied into it: to where it is below the folder that both have.
 * @param section has the path, under the key, and is remarked on then
 */
export function projectPath(
  section: { note: (key: string, text: string) => void },
  key: string,
  path: string,
  { inProject }: Pick<ImportOptions, "inProject">,
): string {
  const own = inProject(path);
  if (own !== ".." && !own.startsWith("../")) return own;
  const inside = own.replace(/^(\.\.(\/|$))+/, "") || basename(path);
  section.note(key, `is outside of the project's folder, got ${path}. Copy it to ${inside}`);
  return inside;
}
