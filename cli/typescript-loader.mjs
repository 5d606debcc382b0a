import { readFile } from "node:fs/promises";
import { URL } from "node:url";
import { transform } from "sucrase";

/** Node's load hook: leaves the types out. Every line stays where it is, so stack traces need no source maps. */
export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const { code } = transform(await readFile(new URL(url), "utf8"), {
    transforms: ["typescript"],
    disableESTransforms: true,
    keepUnusedImports: true,
  });
  return { format: "module", source: code, shortCircuit: true };
}
