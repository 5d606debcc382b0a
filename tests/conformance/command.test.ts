import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";

import { isAlive } from "../../lib/exclusive.ts";
import { COMMAND, failure, startCommand, until, type CommandPlugin } from "./command-fixture.ts";
import { fileAsset, isSecret, isUnknown, secret, stringAsset, type Props } from "./values.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

describe("command:local:Command", () => {
  let command: CommandPlugin;

  before(async function () {
    this.timeout(INSTALL_TIMEOUT);
    command = await startCommand();
  });
  after(() => command.close());

  /** Inputs whose `create` leaves a line in `file`. */
  const counted = (file: string): Props => ({ create: `echo created >> ${file}` });

  const changes: Props = {
    addPreviousOutputInEnv: false,
    archivePaths: ["*.txt"],
    assetPaths: ["*.txt"],
    create: "echo other >> change-create",
    delete: "true",
    dir: ".",
    environment: { NAME: "value" },
    interpreter: ["/bin/sh", "-e", "-c"],
    logging: "none",
    stdin: "text",
    triggers: [1],
  };
  for (const [input, value] of Object.entries(changes)) {
    it(`runs create again when ${input} changes`, async () => {
      const before = counted(`change-${input}`);
      const after = await command.checked(COMMAND, { ...before, [input]: value });
      const resource = await command.create(COMMAND, before);
      const { changes, diffs } = await command.plugin.diff(resource, after);
      assert.deepEqual([changes, diffs], ["some", [input]]);
      await command.update(resource, after);
      assert.equal(command.lines(`change-${input}`).length, 2);
    });
  }

  it("sees no change where there is none", async () => {
    const resource = await command.create(COMMAND, { ...changes, ...counted("same") });
    assert.equal((await command.plugin.diff(resource, resource.inputs)).changes, "none");
  });

  it("runs update instead of create when there is one, with what create printed", async () => {
    const inputs = { create: "echo out; echo err >&2; echo created >> ran" };
    const resource = await command.create(COMMAND, inputs);
    const update = 'echo "$PULUMI_COMMAND_STDOUT $PULUMI_COMMAND_STDERR again"';
    const { state } = await command.update(resource, { ...inputs, update });
    assert.deepEqual([state.stdout, state.stderr], ["out err again", ""]);
    assert.deepEqual(command.lines("ran"), ["created"]);
  });

  it("keeps what create printed to itself when addPreviousOutputInEnv is false", async () => {
    const resource = await command.create(COMMAND, { create: "echo out" });
    const inputs = { create: 'echo "<$PULUMI_COMMAND_STDOUT>"', addPreviousOutputInEnv: false };
    assert.equal((await command.update(resource, inputs)).state.stdout, "<>");
  });

  it("asks for a replacement when triggers change", async () => {
    const resource = await command.create(COMMAND, {
      create: "true",
      triggers: ["a", { of: ["any", "type"] }],
    });
    const { detailed } = await command.plugin.diff(resource, { ...resource.inputs, triggers: ["b"] });
    // The engine is told by the SDK to replace for `triggers[*]`; schema.test.ts compares that with the schema.
    assert.deepEqual(Object.keys(detailed), ["triggers[0]", "triggers[1]"]);
    const none = await command.create(COMMAND, { create: "true" });
    const added = await command.plugin.diff(none, { ...none.inputs, triggers: ["b"] });
    assert.deepEqual(added.detailed, { triggers: "add-replace" });
  });

  it("takes assets as triggers", async () => {
    const triggers = (hash: string) => [fileAsset("/etc/hostname", hash), stringAsset("text", "1")];
    const resource = await command.create(COMMAND, { create: "true", triggers: triggers("2") });
    const same = await command.checked(COMMAND, { create: "true", triggers: triggers("2") });
    assert.equal((await command.plugin.diff(resource, same)).changes, "none");
    const other = await command.checked(COMMAND, { create: "true", triggers: triggers("3") });
    assert.deepEqual((await command.plugin.diff(resource, other)).detailed, { "triggers[0]": "update" });
  });

  it("refuses inputs it does not have, and values of another type", async () => {
    const { failures } = await command.plugin.check(COMMAND, { create: 5, crate: "echo" });
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["create", "crate"],
    );
  });

  it("runs delete with the inputs in the state and what the last run printed", async () => {
    const script = 'echo "$PULUMI_COMMAND_STDOUT/$PULUMI_COMMAND_STDERR/$NAME/$(cat)" > deleted';
    const inputs = {
      create: "echo out; echo err >&2",
      delete: script,
      environment: { NAME: "n" },
      stdin: "in",
    };
    await command.plugin.delete(await command.create(COMMAND, inputs));
    assert.deepEqual(command.lines("deleted"), ["out/err/n/in"]);
  });

  it("passes stdin, environment, dir and interpreter on", async () => {
    command.write("sub/folder/file", "");
    const { state } = await command.create(COMMAND, {
      create: "$0-$NAME",
      interpreter: ["/bin/sh", "-c", 'cat; echo "/$1/$NAME/$(ls)"', "name"],
      environment: { NAME: "a b" },
      dir: "sub/folder",
      stdin: "line one\nline two",
    });
    assert.equal(state.stdout, "line one\nline two/$0-$NAME/a b/file");
  });

  it("fails with the command and its output whatever logging says, and gives no new state", async () => {
    const resource = await command.create(COMMAND, { create: "echo one" });
    const script = 'echo "a secret"; exit 3';
    const call = command.update(resource, { create: script, logging: "none" });
    assert.equal(await failure(call), `exit status 3: running ${JSON.stringify(script)}:\na secret\n`);
    const created = command.create(COMMAND, { create: "exit 4" });
    assert.equal(await failure(created), `exit status 4: running "exit 4":\n`);
  });

  it("fails when dir is not there", async () => {
    assert.match(
      await failure(command.create(COMMAND, { create: "true", dir: "nowhere" })),
      /nowhere: no such file/,
    );
  });

  it("runs nothing in a preview; what it would print is unknown when an input changed", async () => {
    const inputs = counted("previewed");
    const planned = await command.create(COMMAND, inputs, { preview: true });
    assert.deepEqual([planned.state.stdout, planned.state.stderr].map(isUnknown), [true, true]);
    assert.deepEqual(command.lines("previewed"), []);

    const resource = await command.create(COMMAND, inputs);
    const same = await command.update(resource, inputs, { preview: true });
    assert.equal(same.state.stdout, "");
    const changed = await command.update(resource, { create: "true" }, { preview: true });
    assert.deepEqual([changed.state.stdout, changed.state.stderr].map(isUnknown), [true, true]);
    assert.deepEqual(command.lines("previewed"), ["created"]);
  });

  it("has nothing to read: a refresh gives the state back", async () => {
    const resource = await command.create(COMMAND, { create: "echo out" });
    assert.deepEqual(await command.plugin.read(resource), resource);
  });

  it("keeps a secret input secret; what is printed is plain", async () => {
    const { state } = await command.create(COMMAND, {
      create: "echo $NAME",
      environment: secret({ NAME: "value" }),
      stdin: secret("text"),
    });
    assert.deepEqual([isSecret(state.environment), isSecret(state.stdin)], [true, true]);
    assert.equal(state.stdout, "value");
  });

  for (const [logging, expected] of Object.entries({
    stdout: ["out"],
    stderr: ["err"],
    stdoutAndStderr: ["err", "out"],
    none: [],
  })) {
    it(`logs ${logging}`, async () => {
      const start = command.plugin.logs.length;
      await command.create(COMMAND, { create: "echo out; echo err >&2", logging });
      const messages = command.plugin.logs.slice(start).map(({ message }) => message);
      assert.deepEqual(messages.sort(), expected);
    });
  }

  it("logs lines as they come", async () => {
    const create = "echo begun; until [ -e go ]; do sleep 0.05; done; printf ended";
    const running = command.create(COMMAND, { create });
    await until(() => command.plugin.logs.some(({ message }) => message === "begun"));
    command.write("go", "");
    await running;
    assert.deepEqual(command.plugin.logs.at(-1), { severity: "info", message: "ended", ephemeral: true });
  });

  it("collects the files that assetPaths and archivePaths name", async () => {
    for (const file of ["assets/logos/logo.svg", "src/index.js", "src/secret.js"])
      command.write(`files/${file}`, file);
    const patterns = ["assets/**", "src/**.js", "!**secret.*"];
    const inputs = { create: "true", dir: "files", assetPaths: patterns, archivePaths: patterns };
    const { state } = await command.create(COMMAND, inputs);
    const found = ["assets/logos/logo.svg", "src/index.js"];
    assert.deepEqual(Object.keys(state.assets ?? {}), found);
    const { assets } = state.archive as { assets: Record<string, { path: string; hash: string }> };
    assert.deepEqual(Object.keys(assets), found);
    assert.equal(
      readFileSync(path.join(command.folder, assets["src/index.js"]?.path ?? ""), "utf8"),
      "src/index.js",
    );
  });

  it("command:local:run runs at every call", async () => {
    const args = { command: "cat", stdin: "in", logging: "none" };
    const { inputs: result } = await command.plugin.invoke("command:local:run", args);
    assert.deepEqual(result, { ...args, stdout: "in", stderr: "" });
  });
});

describe("command:local:Command, when the engine cancels", () => {
  let command: CommandPlugin;

  before(async function () {
    this.timeout(INSTALL_TIMEOUT);
    command = await startCommand();
  });
  after(() => command.close());

  it("ends the command alone, and waits for what that started", async () => {
    const child = "until [ -e go ]; do sleep 0.05; done; echo ended > child";
    const create = `echo $$ > command; sh -c '${child}' & wait`;
    const running = failure(command.create(COMMAND, { create }));
    await until(() => command.lines("command").length > 0);
    await command.plugin.cancel();
    await until(() => !isAlive(Number(command.lines("command")[0])));
    command.write("go", "");
    assert.match(await running, /signal: killed/);
    assert.deepEqual(command.lines("child"), ["ended"]);
  });
});
