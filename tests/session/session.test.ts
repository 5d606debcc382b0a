import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSPHRASE, linkPrograms } from "../../cli/project/environment.ts";
import { meansDevStack, withoutDevPassphrase } from "../../cli/project/session.ts";
import { pathsOf } from "../../lib/paths.ts";
import { answer, pulumi } from "../../stack/pulumi.ts";
import { readState } from "../../stack/state.ts";
import { readSession } from "../../stack/session.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const PROJECT = "name: fleet\nruntime: nodejs\n";

/** Each test: a project in a folder of its own, and a real pulumi that has its home there. */
describe("a session", function () {
  this.timeout(60_000);
  const root = mkdtempSync(join(tmpdir(), "slipway-session-"));
  const folder = join(root, "project");
  const paths = pathsOf(folder);
  const env: NodeJS.ProcessEnv = {
    HOME: root,
    PULUMI_HOME: join(root, "home"),
    PULUMI_CONFIG_PASSPHRASE: "own",
  };
  const shell = (more: NodeJS.ProcessEnv = {}) => ({ folder, env: { ...env, ...more } });
  const backend = (name: string) => `file://${join(root, name)}`;
  const project = (text = "") => {
    writeFileSync(join(folder, "Pulumi.yaml"), PROJECT + text);
  };

  before(async function () {
    this.timeout(INSTALL_TIMEOUT);
    await linkPrograms(paths);
    env.PATH = `${paths.bin}:${process.env.PATH ?? ""}`;
    project();
    for (const name of ["by-variable", "by-project", "by-login"]) {
      mkdirSync(join(root, name));
      const there = shell({ PULUMI_BACKEND_URL: backend(name) });
      for (const stack of ["one", "two"]) await answer(there, "stack", "init", stack, "--no-select");
      await answer(there, "stack", "select", "one");
    }
  });
  after(() => {
    rmSync(root, { recursive: true, force: true });
  });
  afterEach(async () => {
    project();
    await answer(shell(), "logout", "--all");
  });

  /** The session of a shell is what pulumi itself uses there. */
  async function isPulumis(more: NodeJS.ProcessEnv, stack: string, url: string): Promise<void> {
    const { backend, ...session } = await readSession(shell(more));
    const whoami = JSON.parse(await answer(shell(more), "whoami", "--verbose", "--json")) as { url: string };
    const shown = (await answer(shell(more), "stack", "--show-name")).trim();
    assert.deepEqual({ url: whoami.url, shown }, { url, shown: stack });
    assert.equal(backend, whoami.url);
    assert.equal(session.stack, shown);
    assert.equal(session.project, "fleet");
  }

  it("has the backend of PULUMI_BACKEND_URL before the project's and the login's", async () => {
    project(`backend: { url: "${backend("by-project")}" }\n`);
    await isPulumis({ PULUMI_BACKEND_URL: backend("by-variable") }, "one", backend("by-variable"));
  });

  it("has the backend of Pulumi.yaml before the login's", async () => {
    await answer(shell(), "login", backend("by-login"));
    project(`backend: { url: "${backend("by-project")}" }\n`);
    await isPulumis({}, "one", backend("by-project"));
  });

  it("has the backend that pulumi login has chosen, and the stack that is selected", async () => {
    await answer(shell(), "login", backend("by-login"));
    await answer(shell(), "stack", "select", "two");
    await isPulumis({}, "two", backend("by-login"));
    await answer(shell(), "stack", "select", "one");
    await isPulumis({}, "one", backend("by-login"));
  });

  it("has the stack of PULUMI_STACK before the selected one, in its long form too", async () => {
    const more = { PULUMI_BACKEND_URL: backend("by-variable"), PULUMI_STACK: "two" };
    await isPulumis(more, "two", backend("by-variable"));
    await isPulumis({ ...more, PULUMI_STACK: "organization/fleet/two" }, "two", backend("by-variable"));
  });

  it("has the stack of --stack before that of PULUMI_STACK, for each pulumi", async () => {
    const there = shell({ PULUMI_BACKEND_URL: backend("by-variable"), PULUMI_STACK: "two" });
    const session = await readSession(there, "one");
    assert.equal(session.stack, "one");
    assert.equal((await answer(session, "stack", "--show-name")).trim(), "one");
  });

  it("has the stack of --stack in its long form, of which a backend of files knows one organization", async () => {
    const there = shell({ PULUMI_BACKEND_URL: backend("by-variable"), PULUMI_STACK: "two" });
    const session = await readSession(there, "organization/fleet/one");
    assert.deepEqual([session.project, session.stack], ["fleet", "one"]);
    assert.equal((await answer(session, "stack", "--show-name")).trim(), "one");
    assert.deepEqual((await readState(session)).resources ?? [], []);
    await assert.rejects(readState(await readSession(there, "organization/fleet/three")), /no stack named/);
  });

  it("has the login of PULUMI_HOME, or that beside PULUMI_CREDENTIALS_PATH", async () => {
    await answer(shell(), "login", backend("by-login"));
    await answer(shell(), "stack", "select", "two");
    const home = { PULUMI_HOME: join(root, "other-home") };
    await answer(shell(home), "login", backend("by-project"));
    await answer(shell(home), "stack", "select", "one");
    await isPulumis(home, "one", backend("by-project"));
    const credentials = { PULUMI_CREDENTIALS_PATH: join(root, "other-home") };
    await isPulumis(credentials, "two", backend("by-project"));
    await isPulumis({}, "two", backend("by-login"));
  });

  it("fails with pulumi's own words where nobody is logged in", async () => {
    await assert.rejects(readSession(shell()), /PULUMI_ACCESS_TOKEN|logged in|login/);
  });

  it("means the dev stack only where shell and project name nothing else, and it is there", async () => {
    assert.equal(meansDevStack(shell(), undefined, paths), false);
    mkdirSync(paths.state, { recursive: true });
    assert.equal(meansDevStack(shell(), undefined, paths), true);
    assert.equal(meansDevStack(shell(), "dev", paths), true);
    assert.equal(meansDevStack(shell(), "prod", paths), false);
    assert.equal(meansDevStack(shell({ PULUMI_STACK: "prod" }), undefined, paths), false);
    assert.equal(meansDevStack(shell({ PULUMI_ACCESS_TOKEN: "token" }), undefined, paths), false);
    assert.equal(meansDevStack(shell({ PULUMI_BACKEND_URL: backend("x") }), undefined, paths), false);
    await answer(shell(), "login", backend("by-login"));
    assert.equal(meansDevStack(shell(), undefined, paths), false);
  });

  it("keeps the dev stack's passphrase from every other stack, which pulumi then asks for", async () => {
    const lab = {
      PULUMI_HOME: paths.pulumiHome,
      PULUMI_BACKEND_URL: `file://${paths.state}`,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    };
    mkdirSync(paths.state, { recursive: true });
    for (const stack of ["dev", "prod"]) {
      await answer(shell(lab), "stack", "init", stack);
      await answer(shell(lab), "config", "set", "--secret", "key", "value", "--stack", stack);
    }
    const get = async (stack: string) => {
      const session = withoutDevPassphrase(await readSession(shell(lab), stack), paths);
      return pulumi(session, ["config", "get", "key"]);
    };
    assert.equal((await get("dev")).stdout.trim(), "value");
    const prod = await get("prod");
    assert.notEqual(prod.code, 0);
    assert.match(prod.stderr, /passphrase must be set/);
    const elsewhere = { ...lab, PULUMI_BACKEND_URL: backend("by-variable") };
    const session = withoutDevPassphrase(await readSession(shell(elsewhere), "dev"), paths);
    assert.equal(session.env.PULUMI_CONFIG_PASSPHRASE, undefined);
  });
});
