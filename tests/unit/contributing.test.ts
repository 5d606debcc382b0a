import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "../../runtime/packages.mjs";

const page = readFileSync(join(project, "CONTRIBUTING.md"), "utf8");
const tracked = spawnSync("git", ["ls-files"], { cwd: project, encoding: "utf8" }).stdout.trim().split("\n");

/** The names in backquotes of a section's table, but for patterns such as `cli/<noun>/<verb>.ts`. */
function namesIn(section: string): string[] {
  const [, text = ""] = page.split(`\n## ${section}\n`);
  const rows = text.split("\n## ")[0]?.match(/^\|.*\|$/gm) ?? [];
  return rows.flatMap((row) => [...row.matchAll(/`([^`<]+[/.][^`<]*)`/g)].map(([, name = ""]) => name));
}

describe("CONTRIBUTING.md", () => {
  it("leads to files and folders that exist", () => {
    const names = [...namesIn("Where things are"), ...namesIn("Layers")];
    assert.ok(names.length > 40, String(names.length));
    assert.deepEqual(
      names.filter((name) => !existsSync(join(project, name))),
      [],
    );
  });

  it("says what each folder of sources is", () => {
    const folders = tracked.map((file) => file.split("/")).filter((path) => path.length > 1);
    const sources = new Set(folders.map(([folder = ""]) => `${folder}/`));
    const others = [".ci/", "bench/", "docs/", "findings/", "services/", "tests/"];
    assert.deepEqual(
      [...sources].filter((folder) => !others.includes(folder)).sort(),
      namesIn("Layers").sort(),
    );
  });
});

describe("README.md and docs/design.md", () => {
  it("name files of sources that exist", () => {
    const texts = ["README.md", "docs/design.md"].map((file) => readFileSync(join(project, file), "utf8"));
    const names = texts.join("\n").matchAll(/`([a-z]+(?:\/[\w-]+)+(?:\.\w+)+)`/g);
    const missing = [...names].flatMap(([, name = ""]) => (existsSync(join(project, name)) ? [] : [name]));
    assert.deepEqual(missing, []);
  });
});

describe("Every file of sources", () => {
  it("has at most 300 lines", () => {
    const sources = tracked.filter(
      (file) => /\.(ts|mjs|js|sh|css)$/.test(file) && existsSync(join(project, file)),
    );
    const long = sources.filter((file) => readFileSync(join(project, file), "utf8").split("\n").length > 301);
    assert.deepEqual(long, []);
  });
});

describe("The command that hints, docs and settings name", () => {
  it("never installs: outside the project npx would ask the public registry for a package of that name", () => {
    const form = ["npx", "slipway"].join(" ");
    const texts = tracked.filter((file) => !file.startsWith("toolchain/") && existsSync(join(project, file)));
    assert.deepEqual(
      texts.filter(
        (file) => !/\.(png|ico)$/.test(file) && readFileSync(join(project, file), "utf8").includes(form),
      ),
      [],
    );
  });
});
