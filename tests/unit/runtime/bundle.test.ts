import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { project } from "../../../runtime/packages.mjs";

const CACHE = join(project, "node_modules/.cache/slipway/bundles");

/** Folders of a program's bundles. */
function bundlesOf(program: string): string[] {
  const name = createHash("sha256").update(program).digest("hex").slice(0, 16);
  const found = readdirSync(CACHE).filter((each) => each.startsWith(`${name}-`));
  return found.map((each) => join(CACHE, each));
}

function node(...args: string[]): { stdout: string; stderr: string } {
  return spawnSync(process.execPath, args, { cwd: project, encoding: "utf8" });
}

describe("a bundle", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "a # $& bundle-")));
  const [program, part] = [join(folder, "program.ts"), join(folder, "part.ts")];
  const run = () =>
    node(
      "--import",
      "./runtime/pulumi-sdk.mjs",
      "--eval",
      `import(${JSON.stringify(pathToFileURL(program).href)})`,
    );
  beforeEach(() => {
    writeFileSync(program, 'import { text } from "./part.ts";\nconsole.log(text as string);\n');
    writeFileSync(part, 'export const text: string = "a";\n');
  });
  after(() => {
    rmSync(folder, { recursive: true });
    for (const bundle of bundlesOf(program)) rmSync(bundle, { recursive: true });
  });

  it("is made once, and again when a file of it has changed or it is gone", () => {
    assert.equal(run().stdout, "a\n");
    const first = bundlesOf(program);
    assert.equal(first.length, 1);
    assert.equal(run().stdout, "a\n");
    assert.deepEqual(bundlesOf(program), first);
    writeFileSync(part, 'export const text: string = "b";\n');
    assert.equal(run().stdout, "b\n");
    const [next = "", ...others] = bundlesOf(program).filter((each) => !first.includes(each));
    assert.deepEqual(others, []);
    rmSync(join(next, "program.mjs"));
    assert.equal(run().stdout, "b\n");
    assert.equal(bundlesOf(program).length, 3);
  });

  it("lets each of its files know where it is", () => {
    writeFileSync(part, "export const text = import.meta.url;\n");
    assert.equal(run().stdout, `${pathToFileURL(part).href}\n`);
  });

  it("that cannot be made says which line is wrong, and the one of its mended files is made", () => {
    writeFileSync(part, 'export const text: string = "a";\nexport const = 1;\n');
    assert.match(run().stderr, /SyntaxError.*: .*part\.ts:2:14: Expected identifier but found "="/);
    assert.doesNotMatch(run().stderr, /esbuild/);
    writeFileSync(part, 'export const text: string = "c";\n');
    assert.equal(run().stdout, "c\n");
  });

  it("goes when nobody has begun it for six hours", () => {
    const hoursAgo = (hours: number) => {
      const old = join(CACHE, `bundle-test-${hours}`);
      mkdirSync(old, { recursive: true });
      const then = new Date(Date.now() - hours * 60 * 60 * 1000);
      utimesSync(old, then, then);
      return old;
    };
    const [old, recent] = [hoursAgo(7), hoursAgo(5)];
    writeFileSync(part, 'export const text: string = "d";\n');
    run();
    assert.deepEqual([existsSync(old), existsSync(recent)], [false, true]);
    rmSync(recent, { recursive: true });
  });

  it("of the CLI has not services.ts in it, so that whatever is wrong with that stops no verb that needs it not", () => {
    const { stdout } = node("cli/slipway.mjs", "pin", "--help");
    assert.match(stdout, /^Usage: slipway pin/);
    const [newest = ""] = bundlesOf(join(project, "cli/main.ts")).sort(
      (one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs,
    );
    const files = Object.keys(JSON.parse(readFileSync(join(newest, "files.json"), "utf8")) as object);
    assert.ok(files.includes(join(project, "index.ts")));
    assert.ok(!files.includes(join(project, "services.ts")));
    const packages = files.flatMap((file) => /.*\/node_modules\/((@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
    assert.ok(packages.includes("zod"));
    assert.deepEqual(
      packages.filter((name) => name.startsWith("@") || ["esbuild", "bcryptjs", "node-forge"].includes(name)),
      [],
    );
  });
});
