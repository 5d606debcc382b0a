import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paths } from "../../lib/paths.ts";
import { type Outcome, run } from "../../lib/run.ts";
import { install } from "../../toolchain/install.ts";

const JOBS = "tests/import/files/jobs/compose.yaml";

describe("slipway import", () => {
  let folder: string;
  let out: string;
  before(async function () {
    this.timeout(1_200_000);
    folder = mkdtempSync(join(tmpdir(), "slipway-import-"));
    out = join(folder, "services.ts");
    const { "docker-compose": program } = await install(["docker-compose"], (line) => {
      process.stdout.write(`${line}\n`);
    });
    symlinkSync(program, join(folder, "docker-compose"));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const imported = (...args: string[]): Promise<Outcome> =>
    run([process.execPath, "cli/slipway.mjs", "import", ...args], {
      cwd: paths.project,
      env: { ...process.env, PATH: `${folder}:${process.env.PATH ?? ""}` },
    });

  it("writes a file that is not there, shows the difference to one that is, and overwrites it when told to", async () => {
    const first = await imported(JOBS, "--out", out);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /Everything was carried over/);
    const text = readFileSync(out, "utf8");
    assert.match(text, /secrets: \{ POSTGRES_PASSWORD: "db-password" \}/);
    const edited = text.replace("redis:7", "redis:8");
    writeFileSync(out, edited);
    const second = await imported(JOBS, "--out", out);
    assert.match(second.stdout, /^-.*redis:8.*\n\+.*redis:7/m);
    assert.match(second.stderr, /is there already, and was left as it is/);
    assert.equal(readFileSync(out, "utf8"), edited);
    assert.equal((await imported(JOBS, "--out", out, "--force")).code, 0);
    assert.equal(readFileSync(out, "utf8"), text);
  }).timeout(120_000);

  it("takes one service with those that it depends on, and prints entries and list as JSON", async () => {
    const { stdout } = await imported("tests/import/files/gpu/compose.yaml", "--service", "webui", "--json");
    const { catalogue, remarks } = JSON.parse(stdout) as {
      catalogue: { services: { name: string }[] };
      remarks: { at: string }[];
    };
    assert.deepEqual(
      catalogue.services.map(({ name }) => name),
      ["ollama", "webui"],
    );
    assert.deepEqual(
      remarks.map(({ at }) => at),
      ["services.webui.environment.WEBUI_SECRET_KEY"],
    );
  }).timeout(60_000);

  it("reads a file of thirty services by three runs of Compose: its version, and the file with and without variables", async () => {
    const many = join(folder, "many");
    const calls = join(folder, "calls");
    mkdirSync(many);
    const services = Array.from(
      { length: 30 },
      (_, index) => [`s${index}`, { image: `busybox:1.${index}` }] as const,
    );
    writeFileSync(
      join(many, "compose.yaml"),
      JSON.stringify({ services: Object.fromEntries<object>(services) }),
    );
    writeFileSync(
      join(many, "docker"),
      `#!/bin/sh\necho "$*" >>"${calls}"\nshift\nexec "${folder}/docker-compose" "$@"\n`,
      { mode: 0o755 },
    );
    const started = performance.now();
    const { code, stdout, stderr } = await run(
      [process.execPath, "cli/slipway.mjs", "import", join(many, "compose.yaml"), "--json"],
      { cwd: paths.project, env: { ...process.env, PATH: `${many}:${process.env.PATH ?? ""}` } },
    );
    process.stdout.write(`      imported in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    assert.equal(code, 0, stderr);
    const { catalogue } = JSON.parse(stdout) as { catalogue: { services: unknown[] } };
    assert.equal(catalogue.services.length, 30);
    const runs = readFileSync(calls, "utf8").trim().split("\n");
    assert.deepEqual(runs.map((line) => / (version|--no-interpolate|config) ?/.exec(line)?.[1]).sort(), [
      "config",
      "config",
      "version",
    ]);
  }).timeout(60_000);

  it("fails with what Compose says of a file that is none", async () => {
    const { code, stderr } = await imported("README.md", "--out", "-");
    assert.equal(code, 1);
    assert.match(stderr, /^README\.md: /m);
    assert.doesNotMatch(stderr, /^ +at /m);
  }).timeout(60_000);
});
