import { readFileSync } from "node:fs";

/** A script of this folder by its name without `.sh`. Its path in the project is the same on every machine. */
export function scriptPath(name: string): string {
  return `host/scripts/${name}.sh`;
}

/** The text of scripts, one behind the other: first the parts that the last one uses. */
export function readScripts(names: readonly string[]): string {
  return names.map((name) => readFileSync(new URL(`${name}.sh`, import.meta.url), "utf8")).join("");
}
