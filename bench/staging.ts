import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runSync } from "../lib/run.ts";
import { stage } from "../images/stage.ts";
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
  const folder = mkdtempSync(join(tmpdir(), "slipway-staging-"));
  const before = process.cwd();
  try {
    process.chdir(folder);
    for (let file = 0; file < FILES; file++) {
      const place = `services/many/${file % 100}`;
      mkdirSync(place, { recursive: true });
      writeFileSync(`${place}/${file}`, `${file} `.padEnd(FILE_BYTES, "x"));
    }
    writeFileSync("services/many/Dockerfile", "FROM scratch\nCOPY . /\n");
    const { code } = runSync(["sh", "-c", "sync; echo 3 >/proc/sys/vm/drop_caches"]);
    if (code !== 0) throw new Error("the kernel's caches cannot be emptied; expected root");
    const start = performance.now();
    stage(readRecipe({ name: "many" }, { platforms: ["linux/amd64"], source: undefined, lock: {} }));
    return { files: FILES, seconds: (performance.now() - start) / 1000 };
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
}
