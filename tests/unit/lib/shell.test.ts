import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { commandLine } from "../../../lib/shell.ts";

describe("shell words", () => {
  it("arrive as they were, whatever is in them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"))),
        (words) => {
          const line = commandLine(["printf", "%s\\0", ...words]);
          const { stdout } = spawnSync("sh", ["-c", line], { encoding: "utf8" });
          assert.equal(stdout, words.length ? words.map((word) => `${word}\0`).join("") : "\0");
        },
      ),
      { numRuns: 50 },
    );
  });
});
