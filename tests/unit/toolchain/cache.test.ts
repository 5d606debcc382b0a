import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once as happens } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { once } from "../../../toolchain/cache.ts";

const module = JSON.stringify(fileURLToPath(new URL("../../../toolchain/cache.ts", import.meta.url)));

describe("once", () => {
  let cache: string;
  let folder: string;

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "slipway-cache-"));
    folder = join(cache, "deep", "tool-1");
  });
  afterEach(() => {
    rmSync(cache, { recursive: true });
  });

  /** Another process that makes the folder: `body` gets `made`, the unfinished folder. */
  function process(body: string) {
    const program = `
      import { appendFileSync, writeFileSync } from "node:fs";
      import { once } from ${module};
      await once(${JSON.stringify(folder)}, async (made) => { ${body} }, (line) => console.log(line));`;
    const parameters = ["--import", "./runtime/typescript.mjs", "--input-type=module", "--eval", program];
    return spawn(globalThis.process.execPath, parameters, { stdio: ["ignore", "pipe", "inherit"] });
  }

  it("makes the folder, once", async () => {
    let made = 0;
    for (let i = 0; i < 2; i++) {
      await once(folder, (unfinished) => {
        made++;
        writeFileSync(join(unfinished, "program"), "whole");
        return Promise.resolve();
      });
    }
    assert.equal(made, 1);
    assert.equal(readFileSync(join(folder, "program"), "utf8"), "whole");
  });

  it("leaves nothing when making fails", async () => {
    const make = (unfinished: string) => {
      writeFileSync(join(unfinished, "program"), "half");
      return Promise.reject(new Error("disk is full"));
    };
    await assert.rejects(once(folder, make), /disk is full/);
    assert.deepEqual(readdirSync(join(cache, "deep")), []);
  });

  it("does not take for whole what a killed process left, and removes it", async () => {
    const killed = process(
      `writeFileSync(made + "/program", "half"); globalThis.process.kill(globalThis.process.pid, "SIGKILL");`,
    );
    assert.deepEqual(await happens(killed, "exit"), [null, "SIGKILL"]);
    assert.deepEqual(readdirSync(join(cache, "deep")), [`tool-1.unfinished-${killed.pid}`]);
    assert.equal(existsSync(folder), false);
    await once(folder, (unfinished) => {
      assert.deepEqual(readdirSync(unfinished), []);
      writeFileSync(join(unfinished, "program"), "whole");
      return Promise.resolve();
    });
    assert.deepEqual(readdirSync(join(cache, "deep")), ["tool-1"]);
  });

  it("lets the second of two processes wait, and say so", async () => {
    const log = join(cache, "log");
    const body = `
      appendFileSync(${JSON.stringify(log)}, "made\\n");
      writeFileSync(made + "/program", "whole");
      await new Promise((resolve) => setTimeout(resolve, 3000));`;
    const both = [process(body), process(body)];
    const [said] = await Promise.all([
      Promise.all(both.map(({ stdout }) => text(stdout))),
      Promise.all(both.map((child) => happens(child, "exit"))),
    ]);
    assert.deepEqual(
      both.map(({ exitCode }) => exitCode),
      [0, 0],
    );
    assert.equal(readFileSync(log, "utf8"), "made\n");
    assert.deepEqual(said.sort(), ["", "waiting for another process that works on slipway-tool-1…\n"]);
    assert.deepEqual(readdirSync(join(cache, "deep")), ["tool-1"]);
  });
});
