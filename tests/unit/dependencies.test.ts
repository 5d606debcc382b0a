import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "../../lib/run.ts";
import { project } from "../../runtime/packages.mjs";

/** What users do not run, so that `npm ci --omit=dev` may leave out what it needs. */
const DEVELOPERS = /^(tests|bench|findings|docs)\/|^runtime\/typescript|^eslint\.config\.js$|\.d\.ts$/;
/** A package that is loaded, and not only named in a type. */
const LOADED =
  /^(?:import (?!type\b)[^;]*?from |export [^;]*? from |import )"([^."][^"]*)"|(?:\bimport|\bload|\brequire)\("([^."][^"]*)"\)/gms;

describe("the npm packages", () => {
  it("that users' code loads are there after npm ci --omit=dev", async () => {
    const { dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
      dependencies: object;
    };
    const files = (await output(["git", "ls-files", "*.ts", "*.mjs", "*.js"], { cwd: project }))
      .trim()
      .split("\n");
    const loaded = files
      .filter((file) => !DEVELOPERS.test(file))
      .flatMap((file) =>
        [...readFileSync(join(project, file), "utf8").matchAll(LOADED)].map(([, from = "", called = ""]) => {
          const name = /^(@[^/]+\/)?[^/]+/.exec(from || called)?.[0] ?? "";
          return name.startsWith("node:") ? "" : name;
        }),
      );
    const packages = [...new Set(loaded)].filter(Boolean).sort();
    assert.ok(
      ["bcryptjs", "node-forge", "@pulumi/docker"].every((name) => packages.includes(name)),
      String(packages),
    );
    assert.deepEqual(
      packages.filter((name) => !(name in dependencies)),
      [],
    );
  });
});
