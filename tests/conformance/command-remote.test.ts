import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

import { failure, printed, startCommand, until, type CommandPlugin } from "./command-fixture.ts";
import { sshHost, strangersKey, type Connection } from "./ssh-host.ts";
import { isSecret, isUnknown, UNKNOWN, type Props } from "./values.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const REMOTE = "command:remote:Command";

describe("command:remote:Command", () => {
  let command: CommandPlugin;
  let connection: Connection;
  const on = (inputs: Props): Props => ({ connection, addPreviousOutputInEnv: false, ...inputs });
  const create = (inputs: Props) => command.create(REMOTE, on(inputs));

  before(async function () {
    this.timeout(INSTALL_TIMEOUT);
    command = await startCommand();
    connection = await sshHost();
  });
  after(() => command.close());

  it("runs the command on the host, with stdin", async () => {
    const { state } = await create({ create: "whoami; cat >&2", stdin: "in" });
    assert.deepEqual([state.stdout, state.stderr], ["deploy", "in"]);
  });

  it("fails when the host has another key than hostKey", async () => {
    const wrong = { ...connection, hostKey: strangersKey(), dialErrorLimit: 0 };
    assert.match(
      await failure(create({ connection: wrong, create: "touch /tmp/never" })),
      /host key mismatch/,
    );
  });

  it("trusts any host without hostKey", async () => {
    const { host, user, privateKey } = connection;
    assert.equal(
      printed(await create({ connection: { host, user, privateKey }, create: "whoami" })),
      "deploy",
    );
  });

  it("fails when hostKey or privateKey is no key", async () => {
    for (const [input, message] of [
      ["hostKey", "failed to parse host key: ssh: no key found"],
      ["privateKey", "ssh: no key found"],
    ] as const) {
      const wrong = { ...connection, [input]: "nonsense" };
      assert.equal(await failure(create({ connection: wrong, create: "true" })), message);
    }
  });

  it("tries as often as dialErrorLimit allows", async () => {
    const closed = { ...connection, port: 1, dialErrorLimit: 2 };
    assert.match(
      await failure(create({ connection: closed, create: "true" })),
      /after 2 failed attempts: .*refused/,
    );
  });

  it("gives up a try after perDialTimeout", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    try {
      const { port } = silent.address() as AddressInfo;
      const hanging = { ...connection, host: "127.0.0.1", port, perDialTimeout: 1, dialErrorLimit: 0 };
      assert.match(await failure(create({ connection: hanging, create: "true" })), /after 0 failed attempts/);
    } finally {
      silent.close();
    }
  });

  it("goes through the proxy, whose key is checked too", async () => {
    const through = { ...connection, host: "127.0.0.1", proxy: connection };
    const resource = await create({ connection: through, create: "echo $SSH_CONNECTION" });
    assert.match(printed(resource), /^127\.0\.0\.1 /);
    const proxy = { ...connection, hostKey: strangersKey(), dialErrorLimit: 0 };
    const wrong = create({ connection: { ...connection, proxy }, create: "true" });
    assert.match(await failure(wrong), /^proxy: .*host key mismatch/);
  });

  it("sets environment variables that the server accepts, fails at others", async () => {
    const script = { create: "echo $LC_SLIPWAY" };
    assert.equal((await create({ ...script, environment: { LC_SLIPWAY: "value" } })).state.stdout, "value");
    assert.match(
      await failure(create({ ...script, environment: { SLIPWAY: "value" } })),
      /^could not set environment variable "SLIPWAY": ssh: setenv failed$/,
    );
  });

  it("warns when the server refuses what the last run printed", async () => {
    const inputs = { create: "echo out", addPreviousOutputInEnv: true };
    await command.update(await create(inputs), on({ ...inputs, update: "true" }));
    const warnings = command.plugin.logs.filter(({ severity }) => severity === "warning");
    assert.match(
      warnings.map(({ message }) => message).join(),
      /Unable to set 'PULUMI_COMMAND_STDOUT'.*AcceptEnv/s,
    );
  });

  it("runs again when the connection changes", async () => {
    const resource = await create({
      create: "echo ran >> $HOME/ran; wc -l < $HOME/ran",
      delete: "rm $HOME/ran",
    });
    const moved = await command.checked(REMOTE, {
      ...resource.inputs,
      connection: { ...connection, perDialTimeout: 9 },
    });
    assert.deepEqual((await command.plugin.diff(resource, moved)).diffs, ["connection"]);
    assert.deepEqual([resource, await command.update(resource, moved)].map(printed), ["1", "2"]);
    await command.plugin.delete(resource);
  });

  it("runs delete over the connection in the state", async () => {
    const resource = await create({ create: "true", delete: "cat > $HOME/deleted", stdin: "in" });
    await command.plugin.delete(resource);
    assert.equal(printed(await create({ create: "cat $HOME/deleted; rm $HOME/deleted" })), "in");
  });

  it("fails with the command and its output whatever logging says", async () => {
    const start = command.plugin.logs.length;
    const call = create({ create: "echo a secret; exit 3", logging: "none" });
    assert.equal(
      await failure(call),
      'Process exited with status 3: running "echo a secret; exit 3":\na secret\n',
    );
    assert.equal(command.plugin.logs.length, start);
  });

  it("logs lines as they come", async () => {
    const running = create({ create: "echo begun; until [ -e $HOME/go ]; do sleep 0.05; done; rm $HOME/go" });
    await until(() => command.plugin.logs.some(({ message }) => message === "begun"));
    await create({ create: "touch $HOME/go" });
    await running;
  });

  it("reaches no host in a preview", async () => {
    const nowhere = on({ connection: { ...connection, port: 1 }, create: "true" });
    const { state } = await command.create(REMOTE, nowhere, { preview: true });
    assert.deepEqual([state.stdout, state.stderr].map(isUnknown), [true, true]);
    const unmade = on({ connection: { host: UNKNOWN }, create: UNKNOWN });
    assert.ok(isUnknown((await command.create(REMOTE, unmade, { preview: true })).state.stdout));
  });

  it("marks the connection as secret, what is printed not", async () => {
    const { inputs, state } = await create({ create: "echo out" });
    assert.deepEqual([inputs.connection, state.connection, state.stdout].map(isSecret), [true, true, false]);
  });
});

describe("command:remote:Command, when the engine cancels", () => {
  let command: CommandPlugin;
  let connection: Connection;

  before(async function () {
    this.timeout(INSTALL_TIMEOUT);
    command = await startCommand();
    connection = await sshHost();
  });
  after(() => command.close());

  it("lets the command run to its end", async () => {
    const create = "echo begun; until [ -e $HOME/go-on ]; do sleep 0.05; done; rm $HOME/go-on; echo ended";
    const running = command.create(REMOTE, { connection, create });
    await until(() => command.plugin.logs.length > 0);
    await command.plugin.cancel();
    const other = await startCommand();
    await other.create(REMOTE, { connection, create: "touch $HOME/go-on" });
    await other.close();
    assert.equal((await running).state.stdout, "begun\nended");
  });
});
