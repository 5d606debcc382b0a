import assert from "node:assert/strict";
import { until } from "../../lab/wait.ts";
import type { ReplicaStatus } from "../../model/state/drift.ts";
import { underLoad } from "../load/load.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { SERVICES, StatusFleet, TICKER } from "./fleet.ts";

/** What is found where a stranger's container has taken the place of ticker's. */
const OF_TICKER = ["ticker.0 missing", "ticker.0 edited by hand", "ticker.0 unmanaged"];

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

  it("had a preview that gave nothing a name that it was not made with", async () => {
    const made = await fleet.must("docker", "network", "ls", "--format", "{{.Name}}");
    const named = [...fleet.firstPreview.matchAll(/\blab-1-[0-9a-f]{7}\b/g)].map(([name]) => name);
    assert.deepEqual(
      named.filter((name) => !made.includes(name)),
      [],
    );
    assert.match(fleet.firstPreview, /networks/);
  });

  it("has a status: each replica in a table of 100 columns, nothing wrong, exit code 0", async () => {
    const { code, text } = await slipway("status");
    assert.equal(code, 0, text);
    const [head = "", ...lines] = text.trim().split("\n");
    assert.match(head, /^SERVICE +HOST +WANTED +RUNNING +CONTENT +COMMIT +FOR +HEALTH +RESTARTS +MEMORY$/);
    assert.deepEqual(
      lines.map((line) => line.split(" ")[0]),
      ["edge", "filed", "pair", "pair.1", "store", "ticker", "web", "web.1", "web.2"],
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
    assert.match(
      text,
      /^store on lab-1: stopped: store-[0-9a-f]+ is exited \(0\)\. Mended by: slipway up store$/m,
    );
    assert.match(
      text,
      /^pair on lab-1: edited by hand: pair-\w+: restart policy changed \(no, not always\), network bridge added\. Mended/m,
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
    const { replicas } = JSON.parse(json.text) as { replicas: ReplicaStatus[] };
    const commands = replicas.flatMap(({ drift }) => drift.map(({ command }) => command));
    assert.deepEqual(commands, ["slipway up pair", "slipway up store", "slipway up ticker"]);

    // One service alone, and in a preview none.
    const shown = await slipway("up", "--dry-run");
    assert.match(shown.text, /^mends ticker on lab-1: missing: .*; it is made anew$/m);
    assert.match(shown.text, /Command store +update/);
    assert.equal(await fleet.container("store"), "");
    const one = await slipway("up", "store");
    assert.match(one.text, /^mends store on lab-1: stopped: .*; its cutover runs again$/m);
    assert.doesNotMatch(one.text, /^mends (pair|ticker)/m);
    assert.equal(await fleet.container("store"), store);
    assert.deepEqual(new Set(await fleet.drift()), new Set(["pair.0 edited by hand", ...OF_TICKER]));

    const { code: mended, text: all } = await slipway("up");
    assert.equal(mended, 0, all);
    assert.deepEqual(await fleet.drift(), []);
    assert.notEqual(await fleet.container("pair"), pair);
    await assert.rejects(fleet.must("docker", "inspect", unmanaged));
    assert.deepEqual(await fleet.up(), {});
  });

  it("has what was done by hand mended by one up, no request failed of what answers", async () => {
    const [web, marked] = [await fleet.container("web"), await fleet.container("web", 1)];
    const store = await fleet.container("store");
    await fleet.must("docker", "update", "--memory", "200m", "--memory-swap", "400m", web);
    await fleet.must("docker", "update", "--restart", "unless-stopped", marked);
    await fleet.must("docker", "update", "--restart", "no", store);
    const started = await fleet.must("docker", "inspect", "--format", "{{.State.StartedAt}}", store);
    await fleet.must("docker", "pause", await fleet.container("pair", 1));
    const { failures } = await underLoad(`http://${fleet.host.ip}/`, 4, async () => {
      const { code, text } = await slipway("up");
      assert.equal(code, 0, text);
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(await fleet.drift(), []);
    assert.notEqual(await fleet.container("web"), web);
    // What answers, and lost only the mark of it, is not made anew; what would be stop-first is not even stopped.
    assert.equal(await fleet.container("web", 1), marked);
    assert.equal(await fleet.must("docker", "inspect", "--format", "{{.State.StartedAt}}", store), started);
    assert.deepEqual(await fleet.up(), {});
  });

  it("answers again after one up: an edge that was stopped, a route removed, a replica stopped, one renamed", async () => {
    const [edge, stopped] = [await fleet.container("edge"), await fleet.container("web", 2)];
    await fleet.must("docker", "exec", edge, "rm", "/routes/slipway+status+web.yml");
    await fleet.must("docker", "stop", stopped);
    await fleet.must("docker", "rename", await fleet.container("web"), "somebodys");
    const { text } = await slipway("status");
    assert.match(text, /^web on lab-1: missing: its route is not there\. Mended by: slipway up web$/m);
    assert.match(text, /^web on lab-1: edited by hand: somebodys: renamed from web-/m);
    await slipway("maintenance", "web", "on");
    assert.match(
      (await slipway("status")).text,
      /^web on lab-1: in maintenance: 503, Retry-After 120 s\. Ended by: /m,
    );
    await slipway("maintenance", "web", "off");
    await fleet.must("docker", "stop", edge);
    assert.match((await slipway("status")).text, /^edge on lab-1: stopped: .* Mended by: slipway up$/m);
    const up = await slipway("up");
    assert.equal(up.code, 0, up.text);
    assert.deepEqual(await fleet.drift(), []);
    assert.equal(await fleet.container("web", 2), stopped);
    assert.equal((await fetch(`http://${fleet.host.ip}/`)).status, 200);
  });

  it("is whole again after one up where everything was removed; of a volume it is said that its data is lost", async () => {
    const store = await fleet.container("store");
    await fleet.must("docker", "update", "--restart", "no", store);
    await fleet.must("docker", "stop", store);
    // Of what does not serve the log says why.
    assert.match((await slipway("logs", "--tail", "1", "store")).text, /^v1 (\d+|over)\n$/);
    const all =
      "docker rm --force $(docker ps --all --quiet) && docker network prune --force && docker volume prune --force";
    await fleet.must("sh", "-c", all);
    const { text } = await slipway("status");
    assert.match(text, /^lab-1: missing: network lab-1-\w+ is not there\. Mended by: slipway up$/m);
    const logs = await slipway("logs", "store");
    assert.equal(logs.code, 1);
    assert.match(
      logs.text,
      /^lab-1: store: no container of it is here, so it has no log; slipway up store makes one$/m,
    );
    const up = await slipway("up");
    assert.equal(up.code, 0, up.text);
    assert.match(
      up.text,
      /^mends store on lab-1: missing: volume store-data-\w+ is not there, and its data is lost/m,
    );
    assert.deepEqual(await fleet.drift(), []);
    assert.equal((await fetch(`http://${fleet.host.ip}/`)).status, 200);
    assert.deepEqual(await fleet.up(), {});
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
    const failed = await slipway("up");
    assert.equal(failed.code, 1);
    assert.doesNotMatch(failed.text, /cardinality violation/);
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
      [1, "unknown service, got nobody; expected edge, filed, pair, store, ticker, web"],
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
    assert.equal(unknown.text, 'unknown service "nobody"; deployed: edge, filed, pair, store, ticker, web\n');
  });
});
