import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { runSync } from "../lib/run.ts";
import { stage } from "../images/stage.ts";
import { inProject, kept } from "../lib/paths.ts";
import { readRecipe } from "../model/image/recipe.ts";

/** How long a build's files take before any builder is asked. */
export interface Staging {
  files: number;
  /** To hash and to copy them, out of no cache of the kernel's. */
  seconds: number;
}

const FILES = 10_000;
const FILE_BYTES = 500;

/** Hashes and stages a folder of 10,000 small files. Must be root, to empty the kernel's caches. */
export function measureStaging(): Staging {
  const context = `${kept.bench()}/staging`;
  const folder = inProject(context);
  const staged: string[] = [folder];
  try {
    for (let file = 0; file < FILES; file++) {
      const place = `${folder}/${file % 100}`;
      mkdirSync(place, { recursive: true });
      writeFileSync(`${place}/${file}`, `${file} `.padEnd(FILE_BYTES, "x"));
    }
    writeFileSync(`${folder}/Dockerfile`, "FROM scratch\nCOPY . /\n");
    const { code } = runSync(["sh", "-c", "sync; echo 3 >/proc/sys/vm/drop_caches"]);
    if (code !== 0) throw new Error("the kernel's caches cannot be emptied; expected root");
    const start = performance.now();
    const entry = { name: "many", build: { context } };
    const many = stage(readRecipe(entry, { platforms: ["linux/amd64"], source: undefined, lock: {} }));
    const seconds = (performance.now() - start) / 1000;
    staged.push(inProject(dirname(many.context)));
    return { files: FILES, seconds };
  } finally {
    for (const each of staged) rmSync(each, { recursive: true });
  }
}
