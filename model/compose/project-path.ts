import { basename } from "node:path";
import type { ImportOptions } from "./context.ts";

/**
 * A path as services.ts has it. What is outside of the project's folder, where nothing that a stack is made of may be, is
 * to be copied into it: to where it is below the folder that both have.
 * @param remark is given what is to be done then
 */
export function projectPath(
  path: string,
  { inProject }: Pick<ImportOptions, "inProject">,
  remark: (text: string) => void,
): string {
  const own = inProject(path);
  if (own !== ".." && !own.startsWith("../")) return own;
  const inside = own.replace(/^(\.\.(\/|$))+/, "") || basename(path);
  remark(`is outside of the project's folder, got ${path}. Copy it to ${inside}`);
  return inside;
}
