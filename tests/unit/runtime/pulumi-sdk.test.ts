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

  const STOCK = { SLIPWAY_STOCK_SDK: "1" };

  it("changes one module of the SDK by each patch", () => {
    const { lines } = run(`
      process.argv = ["node", "run", "--monitor", "127.0.0.1:1", "--engine", "127.0.0.1:1", "none.js"];
      require("@pulumi/pulumi");
      require("@pulumi/pulumi/cmd/run");
      import("./runtime/sdk-patches.mjs").then(({ patches }) => {
        for (const { module, met } of patches) console.log(module, met.size);
        process.exit();
      });`);
    const met = lines.filter((line) => line.includes(".js "));
    assert.equal(met.length, 9);
    assert.deepEqual(
      met.filter((line) => !line.endsWith(" 1")),
      [],
    );
  });

  it("maps no stack frame", () => {
    const script = `
      require("source-map-support/register");
      console.log(Object.keys(require.cache).length > 0);`;
    assert.deepEqual(run(script).lines, ["false"]);
    assert.deepEqual(run(script, STOCK).lines, ["true"]);
  });

  it("does not start V8's debugger", () => {
    const script = `
      require("@pulumi/pulumi/runtime/closure/v8Hooks").isInitializedAsync().then(() => {
        console.log(process.moduleLoadList.some((name) => name === "NativeModule inspector"));
      });`;
    assert.deepEqual(run(script).lines, ["false"]);
    assert.deepEqual(run(script, STOCK).lines, ["true"]);
  });

  it("sends the engine no debug lines", () => {
    const script = `
      require("@pulumi/pulumi");
      const settings = require("@pulumi/pulumi/runtime/settings");
      settings.getEngine = () => ({ log: (line, done) => done(null, console.log(line.getMessage())) });
      const log = require("@pulumi/pulumi/log");
      log.debug("a debug line").then(() => log.info("a line"));`;
    assert.deepEqual(run(script).lines, ["a line"]);
    assert.deepEqual(run(script, STOCK).lines, ["a debug line", "a line"]);
  });

  it("takes no stack of a promise, but for who looks for a leak", () => {
    const script = `
      const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
      const promise = Promise.resolve();
      void debuggablePromise(promise, "");
      console.log(/\\n +at /.test(promise._debugStackTrace), Error.stackTraceLimit > 0);`;
    assert.deepEqual(run(script).lines, ["false true"]);
    assert.deepEqual(run(script, STOCK).lines, ["true true"]);
    assert.deepEqual(run(script, { PULUMI_DEBUG_PROMISE_LEAKS: "true" }).lines, ["true true"]);
  });

  it("sends the engine no place where a resource was declared", () => {
    const script = `
      const { Resource } = require("@pulumi/pulumi/resource");
      const declared = () => Resource.stackTrace(0);
      console.log(declared().length > 0);`;
    assert.deepEqual(run(script).lines, ["false"]);
    assert.deepEqual(run(script, STOCK).lines, ["true"]);
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
