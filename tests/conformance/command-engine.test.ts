import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { local } from "@pulumi/command";
import { secret } from "@pulumi/pulumi";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";

import { binFolder, pulumiHome } from "../../toolchain/install.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

/** What only the engine and the SDK together make of the plugin's answers. */
describe("command:local:Command in a stack", function () {
  this.timeout("2m");
  let folder: string;
  let stack: Stack;
  let inputs: local.CommandArgs;

  before(async function () {
    this.timeout(INSTALL_TIMEOUT); // pulumi and all plugins may have to be built
    folder = mkdtempSync(path.join(tmpdir(), "slipway-stack-"));
    const report = console.log;
    await binFolder(path.join(folder, "bin"), ["pulumi"], report);
    await pulumiHome(path.join(folder, "home"), report);
    mkdirSync(path.join(folder, "state"));
    const program = () => {
      const command = new local.Command("it", inputs);
      return Promise.resolve({ stdout: command.stdout });
    };
    stack = await LocalWorkspace.createOrSelectStack(
      { projectName: "conformance", stackName: "test", program },
      {
        pulumiCommand: await PulumiCommand.get({ root: folder }),
        pulumiHome: path.join(folder, "home"),
        workDir: folder,
        envVars: {
          PULUMI_BACKEND_URL: `file://${folder}/state`,
          PULUMI_CONFIG_PASSPHRASE: "test",
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        },
      },
    );
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** The state as it is kept, and the command's outputs in it. */
  function state(): { text: string; outputs?: Record<string, unknown> } {
    const text = readFileSync(path.join(folder, "state/.pulumi/stacks/conformance/test.json"), "utf8");
    const { checkpoint } = JSON.parse(text) as {
      checkpoint: { latest: { resources: { type: string; outputs: Record<string, unknown> }[] } };
    };
    const found = checkpoint.latest.resources.find(({ type }) => type === "command:local:Command");
    return { text, outputs: found?.outputs };
  }

  it("previews without running", async () => {
    inputs = { dir: folder, create: "touch previewed" };
    assert.deepEqual((await stack.preview()).changeSummary, { create: 2 }); // the stack and the command
    assert.ok(!existsSync(path.join(folder, "previewed")));
  });

  it("runs once", async () => {
    inputs = { dir: folder, create: "echo first", delete: "touch deleted", triggers: ["one"] };
    assert.equal((await stack.up()).outputs.stdout?.value, "first");
    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 2 });
  });

  it("replaces when a trigger changes, though there is an update, then runs the old one's delete", async () => {
    inputs = { ...inputs, create: "echo second", update: "echo updated", triggers: ["two"] };
    const { outputs, summary } = await stack.up();
    assert.deepEqual(summary.resourceChanges, { replace: 1, same: 1 });
    assert.equal(outputs.stdout?.value, "second");
    assert.ok(existsSync(path.join(folder, "deleted")));
  });

  it("keeps the old state when an update fails, and runs it again", async () => {
    inputs = { dir: folder, create: "echo third; exit 3", triggers: ["two"] };
    await assert.rejects(stack.up(), /exit status 3: running "echo third; exit 3":\n *third/);
    assert.deepEqual([state().outputs?.stdout, state().outputs?.update], ["second", "echo updated"]);
    await assert.rejects(stack.up(), /exit status 3/);
    inputs = { ...inputs, create: "echo fourth" };
    assert.equal((await stack.up()).outputs.stdout?.value, "fourth");
  });

  it("keeps secret inputs out of the state", async () => {
    inputs = {
      ...inputs,
      create: "true",
      stdin: secret("a secret"),
      environment: secret({ NAME: "a secret" }),
    };
    await stack.up();
    assert.ok(state().outputs?.stdin);
    assert.doesNotMatch(state().text, /a secret/);
  });
});
