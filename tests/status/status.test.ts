import assert from "node:assert/strict";
import { until } from "../../lab/wait.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { SERVICES, StatusFleet, TICKER } from "./fleet.ts";

describe("a fleet that is looked at", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: StatusFleet;
  const slipway = (...args: string[]) => fleet.slipway(...args);
  const start = (...args: string[]) => fleet.start(process.execPath, ["cli/slipway.mjs", ...args]);

  before(async () => {
    fleet = await StatusFleet.up();
  });
  after(async () => {
    await fleet.destroy();
  });

  it("has a status: each replica in a table of 100 columns, nothing wrong, exit code 0", async () => {
    const { code, text } = await slipway("status");
    assert.equal(code, 0, text);
    const [head = "", ...lines] = text.trim().split("\n");
    assert.match(head, /^SERVICE +HOST +WANTED +RUNNING +CONTENT +COMMIT +FOR +HEALTH +RESTARTS +MEMORY$/);
    assert.deepEqual(
      lines.map((line) => line.split(" ")[0]),
      ["edge", "pair", "pair.1", "store", "ticker"],
    );
    for (const line of lines) {
      assert.match(line, / lab-1 +([0-9a-f]{12}) +\1 /);
      assert.ok(line.length <= 100, line);
    }
  });

  it("tells what was done by hand, exit code 2, and no secret value", async () => {
    const [store, ticker, pair] = [
      await fleet.container("store"),
      await fleet.container("ticker"),
      await fleet.container("pair"),
    ];
    const token = (await fleet.must("docker", "exec", ticker, "printenv", "TOKEN")).trim();
    await fleet.must("docker", "stop", store);
    await fleet.must("docker", "update", "--restart", "no", pair);
    await fleet.must("docker", "network", "connect", "bridge", pair);
    const label = (name: string, value: string) => ["--label", `slipway.${name}=${value}`];
    const labels = [
      label("project", "slipway"),
      label("stack", "status"),
      label("service", "ticker"),
      label("slot", "0"),
    ];
    const image = (await fleet.must("docker", "inspect", "--format", "{{.Config.Image}}", ticker)).trim();
    const args = ["--detach", "--restart", "always", "--env", `TOKEN=${token}x`, ...labels.flat(), image];
    const unmanaged = (await fleet.must("docker", "run", ...args)).trim();
    const { code, text } = await slipway("status");
    const json = await slipway("status", "--json");
    assert.deepEqual([code, json.code], [2, 2], text);
    assert.match(text, /^store on lab-1: stopped: store-[0-9a-f]+ is exited \(0\)$/m);
    assert.match(
      text,
      /^pair on lab-1: edited by hand: pair-[0-9a-f]+: restart policy changed \(no, not always\), network bridge added$/m,
    );
    assert.match(text, /^ticker on lab-1: unmanaged: \S+ is running/m);
    // Who takes the container's place altogether.
    await fleet.must("docker", "rm", "--force", ticker);
    const replaced = await slipway("status");
    assert.match(replaced.text, /^ticker on lab-1: missing: /m);
    assert.match(
      replaced.text,
      /^ticker on lab-1: edited by hand: \S+ env PLAIN removed, env TOKEN changed/m,
    );
    for (const said of [text, json.text, replaced.text]) assert.ok(!said.includes(token), said);
    await fleet.must("docker", "rm", "--force", unmanaged);
    await fleet.must("docker", "start", store);
    await fleet.must("docker", "update", "--restart", "always", pair);
    await fleet.must("docker", "network", "disconnect", "bridge", pair);
    await fleet.must("pulumi", "up", "--yes", "--skip-preview", "--refresh");
    assert.deepEqual(await fleet.drift(), []);
  });

  it("says that a host does not answer, and what was wanted there", async () => {
    await fleet.host.refusing("INPUT", 22, async () => {
      const { code, text } = await slipway("status");
      assert.equal(code, 1, text);
      assert.match(text, /^lab-1: cannot be reached at ssh:\/\//m);
      assert.match(text, /^store +lab-1 +[0-9a-f]{12} +- .* unknown /m);
    });
  });

  it("tells of a failed roll that waits", async () => {
    const good = 'secrets: { TOKEN: "token" }';
    const bad = `${good}, description: "Another", health: { command: ["false"] }, startTimeout: "2 seconds"`;
    fleet.edit(SERVICES, good, bad);
    assert.notEqual((await fleet.run("pulumi", "up", "--yes", "--skip-preview")).code, 0);
    assert.deepEqual(await fleet.drift(), ["ticker.0 other digest", "ticker.0 update pending"]);
    fleet.edit(SERVICES, bad, good);
    await fleet.up();
    assert.deepEqual(await fleet.drift(), []);
  });

  it("has logs: of all, each line after its service; of one, as they are; refuses what it cannot do", async () => {
    const all = await slipway("logs", "--tail", "2", "pair", "ticker");
    assert.match(all.text, /^((pair|pair\.1|ticker) \| v1 \d+\n){6}$/);
    assert.match((await slipway("logs", "--tail", "1", "ticker")).text, /^v1 \d+\n$/);
    assert.match((await slipway("logs", "--since", "0 seconds", "ticker")).text, /^(v1 \d+\n)*$/);
    assert.match((await slipway("logs", "--since", "soon")).text, /expected as in "10 minutes"/);
    const unknown = await slipway("logs", "nobody");
    assert.deepEqual(
      [unknown.code, unknown.text.trim()],
      [1, "unknown service, got nobody; expected edge, pair, store, ticker"],
    );
  });

  it("has its logs followed over a restart and a roll, no line lost or doubled; a command in it is told of", async () => {
    const logs = start("logs", "--follow", "--tail", "1", "ticker");
    let text = "";
    logs.process.stdout?.on("data", (data: Buffer) => (text += data.toString()));
    const has = (pattern: RegExp) =>
      until(
        () => pattern.test(text),
        60,
        () => `no ${String(pattern)} in ${text}`,
      );
    await has(/^v1 \d+$/m);
    await fleet.must("docker", "restart", await fleet.container("ticker"));
    await has(/^v1 over\nv1 0\nv1 1$/m);
    const command = start("exec", "ticker", "--", "sleep", "600");
    const sleeps = async () => (await fleet.host.run("ps", "axo", "args")).includes("sleep 600");
    await until(sleeps, 60, () => "the command does not run");
    fleet.edit(TICKER, 'VERSION = "v1"', 'VERSION = "v2"');
    await fleet.up();
    await has(/^v2 9$/m);
    const told = await command.ended;
    assert.equal(told.code, 137);
    assert.match(told.text, /^ticker: ticker-\S+ was replaced or stopped while the command ran; /m);

    logs.process.kill("SIGINT");
    const { code } = await logs.ended;
    assert.equal(code, 130);
    const lines = text.trim().split("\n");
    // The old one counts on by one, twice to its end; the new one from 0.
    let next = Number(lines[0]?.split(" ")[1]);
    const [before = "", between = "", after] = lines
      .filter((line) => line.startsWith("v1 "))
      .join("\n")
      .split("v1 over");
    for (const run of [before, between]) {
      for (const line of run.trim().split("\n")) assert.equal(line, `v1 ${next++}`);
      next = 0;
    }
    assert.equal(after, "");
    lines
      .filter((line) => line.startsWith("v2 "))
      .forEach((line, number) => {
        assert.equal(line, `v2 ${number}`);
      });
    const left = async () =>
      (await fleet.host.run("ps", "axo", "args"))
        .split("\n")
        .filter((args) => /^docker (logs|events)/.test(args));
    await until(
      async () => (await left()).length === 0,
      10,
      () => "log processes are left on the host",
    );
  });

  it("runs a command in a replica, with standard input, exit code and, where there is one, a terminal", async () => {
    assert.equal((await slipway("exec", "ticker", "--", "sh", "-c", "exit 7")).code, 7);
    const id = await fleet.container("pair", 1);
    assert.ok(id.startsWith((await slipway("exec", "pair", "--replica", "1", "--", "hostname")).text.trim()));
    const cli = `${process.execPath} cli/slipway.mjs exec`;
    assert.equal(await fleet.must("sh", "-c", `echo "it's" | ${cli} pair -- cat`), "it's\n");
    assert.match(
      await fleet.must("script", "-qec", `${cli} pair -- tty`, "/dev/null"),
      /\/dev\/pts\/\d+\r\n/,
    );
    const none = await slipway("exec", "pair", "--replica", "4", "--", "true");
    assert.deepEqual([none.code, none.text], [1, "pair: no such replica, got 4; expected 0 to 1\n"]);
    const unknown = await slipway("exec", "nobody", "--", "true");
    assert.equal(unknown.text, 'unknown service "nobody"; deployed: edge, pair, store, ticker\n');
  });
});
