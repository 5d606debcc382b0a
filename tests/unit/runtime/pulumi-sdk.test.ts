import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { project } from "../../../runtime/packages.mjs";

/** Runs `script`, CommonJS as Pulumi's own, the way Pulumi.yaml has programs run. */
function run(script: string, environment: NodeJS.ProcessEnv = {}) {
  const args = ["--import", "./runtime/pulumi-sdk.mjs", "--input-type=commonjs", "--eval", script];
  const env = { ...process.env, ...environment };
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, env, encoding: "utf8" });
  return { lines: stdout.trim().split("\n"), stderr };
}

describe("How Pulumi runs the program", () => {
  it("does not load what only serializing a function needs", () => {
    const { lines } = run(`
      require("@pulumi/pulumi");
      const loaded = Object.keys(require.cache);
      console.log(loaded.length > 0);
      console.log(loaded.filter((file) => /arborist|normalize-package-data|typescript\\.js/.test(file)).length);`);
    assert.deepEqual(lines, ["true", "0"]);
  });

  it("can serialize a function all the same", () => {
    const { lines } = run(`
      const pulumi = require("@pulumi/pulumi");
      pulumi.runtime.serializeFunction(() => "from the closure").then(({ text }) => console.log(text));`);
    assert.ok(lines.some((line) => line.includes('"from the closure"')));
  });

  it("tells the engine of no resource where it was declared, but for who debugs the SDK", () => {
    const script = `
      const { Resource } = require("@pulumi/pulumi/resource");
      const declared = () => Resource.stackTrace(0);
      console.log(declared().length > 0);`;
    assert.deepEqual(run(script).lines, ["false"]);
    assert.deepEqual(run(script, { PULUMI_DEBUG_PROMISE_LEAKS: "true" }).lines, ["true"]);
  });

  it("names the line of services.ts that throws, types above it or not", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-"));
    const file = join(folder, "wrong.ts");
    writeFileSync(
      file,
      'interface Wide {\n  a: string;\n  b: string;\n}\nconst x: Wide = { a: "", b: "" };\nthrow new Error(x.a);\n',
    );
    const { stderr } = run(`import(${JSON.stringify(file)});`);
    rmSync(folder, { recursive: true });
    assert.match(stderr, /wrong\.ts:6:7/);
  });
});
