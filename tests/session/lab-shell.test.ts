import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PASSPHRASE } from "../../cli/project/environment.ts";
import { labShell, shellCommands } from "../../cli/project/lab-shell.ts";
import { removeOwn } from "../../cli/project/stop.ts";
import type { Lab } from "../../lab/index.ts";
import { run } from "../../lib/run.ts";
import { pathsOf } from "../../lib/paths.ts";
import { hasStack, presentState } from "../../stack/file-backend.ts";
import { answer } from "../../stack/pulumi.ts";
import { readSession } from "../../stack/session.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

/** A project as `npm start` leaves it, and a shell of `lab env` there; the lab itself need not run. */
describe("a shell of lab env", function () {
  this.timeout(60_000);
  const root = realpathSync(mkdtempSync(join(tmpdir(), "slipway-lab-shell-")));
  const folder = join(root, "project");
  const paths = pathsOf(folder);
  const lab = { dir: paths.lab, hosts: [], registry: "10.98.7.1:5000" } as unknown as Lab;
  let env: NodeJS.ProcessEnv = {};

  /** Runs pulumi as that shell would. */
  const pulumi = (args: string, more: NodeJS.ProcessEnv = {}, cwd = folder) =>
    run(["pulumi", "--non-interactive", ...args.split(" ")], { cwd, env: { ...env, ...more } });
  const must = async (...args: Parameters<typeof pulumi>) => {
    const { code, stdout, stderr } = await pulumi(...args);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  /** What `eval "$(npx --no slipway lab env)"` does. */
  const evaluate = async () => {
    const { set, unset } = await labShell(paths, lab);
    env = { ...env, HOME: root, ...set };
    for (const name of unset) Reflect.deleteProperty(env, name);
  };

  before(async function () {
    this.timeout(INSTALL_TIMEOUT);
    mkdirSync(join(root, "elsewhere"), { recursive: true });
    mkdirSync(folder);
    for (const place of [folder, join(root, "elsewhere")])
      writeFileSync(join(place, "Pulumi.yaml"), "name: fleet\nruntime: nodejs\n");
    env = { PATH: process.env.PATH, PULUMI_STACK: "left-over" };
    await evaluate();
  });
  after(() => {
    rmSync(root, { recursive: true, force: true });
  });
  afterEach(() => {
    rmSync(paths.state, { recursive: true, force: true });
    mkdirSync(paths.state);
    for (const stack of ["dev", "prod", "staging", "dev.2"])
      rmSync(join(folder, `Pulumi.${stack}.yaml`), { force: true });
  });

  it("has its passphrase for the dev stack alone", async () => {
    assert.equal(env.PULUMI_CONFIG_PASSPHRASE, undefined);
    await must("stack init dev");
    await must("config set --secret key value");
    assert.equal(await must("config get key"), "value");
    assert.equal(await must("config get key --stack organization/fleet/dev"), "value");
    assert.equal(await must("config get key -s dev", { PULUMI_STACK: "prod" }), "value");
    const own = { PULUMI_CONFIG_PASSPHRASE: "own" };
    assert.equal(await must("config get key", own), "value");
    await must("stack init prod --no-select", own);
    await must("config set --secret key theirs --stack prod", own);
    for (const words of ["-s prod", "--stack prod", "--stack=prod", "-sprod", "-s organization/fleet/prod"]) {
      assert.equal(await must(`config get key ${words}`, own), "theirs");
      assert.match((await pulumi(`config get key ${words}`)).stderr, /passphrase must be set/, words);
    }
    const byVariable = await pulumi("config get key", { PULUMI_STACK: "prod" });
    assert.match(byVariable.stderr, /passphrase must be set/);
    await must("stack select prod");
    assert.match((await pulumi("config get key")).stderr, /passphrase must be set/);
  });

  it("has the lab's programs first, the rest of its PATH as it was, however often it is asked for", async () => {
    const commands = (path: string) =>
      shellCommands({ set: { PATH: `/the lab/bin:/tools:${path}`, A: "it's" }, unset: ["B"] }, path);
    const script = `B=left; PATH=/own:/usr/bin:/bin; ${commands("/npx:/own")} echo "$PATH $A \${B:-none}"`;
    assert.equal(
      (await run(["sh", "-c", script])).stdout,
      "/the lab/bin:/tools:/own:/usr/bin:/bin it's none\n",
    );
    assert.doesNotMatch(commands("/npx:/the lab/bin:/tools:/own"), /PATH/);
  });

  it("says of a stack whose passphrase is not there, or another's, which variables are for it", async () => {
    await must("stack init prod", { PULUMI_CONFIG_PASSPHRASE: "own" });
    await must("config set --secret key value --stack prod", { PULUMI_CONFIG_PASSPHRASE: "own" });
    const session = (more: NodeJS.ProcessEnv) => ({ folder, env: { ...env, ...more } });
    const says = (more: NodeJS.ProcessEnv, message: RegExp) =>
      assert.rejects(answer(session(more), "config", "get", "key", "--stack", "prod"), { message });
    await says({}, /^the stack's passphrase is not there; set PULUMI_CONFIG_PASSPHRASE or /);
    await says(
      { PULUMI_CONFIG_PASSPHRASE: "lab" },
      /^the passphrase of PULUMI_CONFIG_PASSPHRASE .* is not the stack's$/,
    );
  });

  it("makes no other stack with it, whatever the way", async () => {
    await must("stack init dev");
    await must("config set --secret key value");
    for (const words of [
      "stack init prod",
      "stack init organization/fleet/prod",
      "stack init --stack prod",
      "stack init prod --copy-config-from dev",
      "stack select --create prod",
      "stack select -c prod",
      "config cp --dest prod",
      "stack init --secrets-provider passphrase prod",
    ]) {
      const { code, stderr } = await pulumi(words);
      assert.notEqual(code, 0, words);
      assert.match(stderr, /passphrase must be set|no stack named/, words);
    }
    assert.ok(!existsSync(join(folder, "Pulumi.prod.yaml")));
    const elsewhere = await pulumi("stack init dev", {}, join(root, "elsewhere"));
    assert.match(elsewhere.stderr, /passphrase must be set/, "another project's stack of that name");
    const url = `file://${join(root, "elsewhere")}`;
    const { stderr } = await pulumi("stack init dev", { PULUMI_BACKEND_URL: url });
    assert.match(stderr, /passphrase must be set/, "a stack of that name in another backend");
  });

  it("works on the stack that is selected, the dev stack until then, and slipway with it", async () => {
    await must("stack init dev --no-select", { PULUMI_CONFIG_PASSPHRASE: PASSPHRASE });
    await must("stack init staging --no-select", { PULUMI_CONFIG_PASSPHRASE: "own" });
    const stack = async () => {
      const shown = await must("stack --show-name");
      assert.equal((await readSession({ folder, env })).stack, shown);
      return shown;
    };
    env.PULUMI_STACK = "left-over";
    await evaluate();
    assert.equal(await stack(), "dev");
    await must("stack select staging");
    assert.equal(await stack(), "staging");
    await evaluate();
    assert.equal(await stack(), "staging", "what was selected stays so");
  });

  it("is left by npm stop with the state of every stack but the lab's", async () => {
    const own = { PULUMI_CONFIG_PASSPHRASE: "own" };
    await must("stack init dev");
    for (const stack of ["prod", "dev.2"]) await must(`stack init ${stack}`, own);
    const metrics = join(folder, ".slipway/metrics/fleet/cloud.jsonl");
    mkdirSync(dirname(metrics), { recursive: true });
    writeFileSync(metrics, "{}\n");
    const before = filesIn(paths.state);
    removeOwn(paths);
    assert.deepEqual(
      filesIn(paths.state),
      before.filter((file) => !/\/dev(\.json.*)?$/.test(file)),
    );
    assert.deepEqual(readdirSync(paths.own).sort(), ["metrics", "state"]);
    for (const stack of ["prod", "dev.2"])
      assert.deepEqual(presentState(paths.state, `fleet/${stack}`)?.resources ?? [], []);
    assert.equal(hasStack(paths.state, "fleet/dev"), false);
    rmSync(paths.own, { recursive: true });
    await evaluate();
    await must("stack init dev");
    const ofDev = join(paths.state, ".slipway/metrics/fleet/dev.jsonl");
    mkdirSync(dirname(ofDev), { recursive: true });
    writeFileSync(ofDev, "{}\n");
    removeOwn(paths);
    assert.ok(!existsSync(paths.own), "where there is none but the lab's, all goes");
    await evaluate();
  });
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}
