import { readFile } from "node:fs/promises";
import { URL } from "node:url";
import { transform } from "sucrase";

/** Node's load hook: leaves the types out. Every line stays where it is, so stack traces need no source maps. */
export async function load(url, context, next) {
  const file = new URL(url);
  if (!file.pathname.endsWith(".ts")) return next(url, context);
  const { code } = transform(await readFile(file, "utf8"), {
    transforms: ["typescript"],
    disableESTransforms: true,
    keepUnusedImports: true,
  });
  return { format: "module", source: code, shortCircuit: true };
}
