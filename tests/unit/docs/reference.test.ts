import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { PAGES } from "../../../docs/reference/pages.ts";
import { paths } from "../../../lib/paths.ts";

describe("docs/reference", () => {
  for (const [file, page] of Object.entries(PAGES))
    it(`has ${file} as the code prints it; else: npm run reference`, () => {
      assert.equal(readFileSync(`${paths.project}/docs/reference/${file}`, "utf8"), page());
    });

  it("has in files.md all of .slipway, as no other file than lib/paths.ts names anything in there", () => {
    const sources = ["*.ts", "*.mjs", ":!tests", ":!docs", ":!lib/paths.ts"];
    const words = ["grep", "--untracked", "--line-number", "--extended-regexp", '["`/]\\.slipway["`/]', "--"];
    const named = () =>
      execFileSync("git", ["-C", paths.project, ...words, ...sources], { encoding: "utf8" });
    // git grep ends with 1 where it finds nothing.
    assert.throws(named, { status: 1 });
  });
});
