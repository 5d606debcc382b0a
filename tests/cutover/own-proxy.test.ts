import assert from "node:assert/strict";
import { until } from "../../lab/wait.ts";
import { dockerCheck } from "../../model/rollout/health.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { Bench, type CutoverOptions } from "./bench.ts";
import { killedBefore } from "./kill.ts";

describe("the cutover script, behind a proxy of one's own that goes by Docker's health", function () {
  this.timeout(INSTALL_TIMEOUT);
  const SERVICE = "web";
  const behind = { SERVICE, HEALTH: "up", HEALTH_ARG: "0", PROXY_DELAY: 1 } as const;
  let bench: Bench;
  /** An image with Slipway's check, made every 2 s: Docker remembers 256 events, and each check is three. */
  let checked: string;
  let old: string;
  before(async () => {
    bench = await Bench.up("own-proxy", 7005);
    const command = ["grep", "-qF", "as it's $HOME", "/tmp/www/ready"];
    const { tests } = dockerCheck({ command }, { behindOwnProxy: true }) ?? { tests: [] };
    const change = `HEALTHCHECK --interval=2s --retries=1 CMD ${JSON.stringify(tests.slice(1))}`;
    const from = await bench.make("none", "true");
    checked = (await bench.must("docker", "commit", "--change", change, from)).trim();
    await bench.remove(from);
    old = await make("old");
    assert.equal((await bench.run({ ...behind, NEW: old })).code, 0);
  });
  after(async () => {
    await bench.down();
    await bench.must("docker", "rmi", checked);
  });

  const READY = `echo "as it's \\$HOME" >/tmp/www/ready`;
  const SETUP = `mkdir -p /tmp/www; ${READY}`;
  /** A container whose check passes once what READY does has been done. */
  const make = (answer: string, before = SETUP, ...args: string[]) =>
    bench.make(SERVICE, `${before}; serve ${answer}`, { image: checked, args });
  const health = async (id: string) =>
    (await bench.must("docker", "inspect", "--format", "{{.State.Health.Status}}", id)).trim();
  /** Runs the script, and gives what Docker has told a proxy of containers meanwhile. */
  const runAndListen = async (ids: readonly string[], options: Partial<CutoverOptions>, verb?: "down") => {
    // A time in digits: Docker cuts a relative one, like 0s, to the whole second, and leaves out what came after.
    const now = () => String(Date.now() / 1000);
    const since = now();
    const ended = await bench.run({ ...behind, NEW: ids[0] ?? "", ...options }, verb);
    const events = ["docker", "events", "--since", since, "--until", now(), "--format", "{{.Action}}"];
    const filters = ids.flatMap((id) => ["--filter", `container=${id}`]);
    const actions = (await bench.must(...events, ...filters)).split("\n");
    return { ...ended, told: actions.filter((action) => /^(health_status|kill)/.test(action)) };
  };
  const LEFT = ["health_status: unhealthy", "kill"];

  it("waits for Docker's own verdict of the new one, then has the old one leave before it is stopped", async () => {
    const readOnly = ["--read-only", "--tmpfs", "/tmp:mode=1777", "--user", "1000:1000"];
    const NEW = await make("new", `mkdir -p /tmp/www; (sleep 4; ${READY}) & true`, ...readOnly);
    const first = await runAndListen([old], { NEW });
    assert.equal(first.code, 0, first.text);
    assert.deepEqual(first.told, LEFT);
    assert.equal(await health(NEW), "healthy");
    await bench.remove(old);
    old = await make("old");
    const second = await runAndListen([NEW], { NEW: old });
    assert.deepEqual(second.told, LEFT);
    await bench.remove(NEW);
  });

  /** The new one does not take over, and nobody was told anything of the old one. */
  const refused = async (NEW: string, why: RegExp, how = {}) => {
    const { code, text, told } = await runAndListen([old], { NEW, START_TIMEOUT: 2, ...how });
    assert.equal(code, 1, text);
    assert.match(text, why);
    assert.deepEqual(told, []);
    assert.equal(await bench.answer(), "old");
    await bench.remove(NEW);
  };

  it("leaves the old one as it is when Docker does not find the new one healthy, or its check after the roll fails", async () => {
    await refused(
      await make("new", "true"),
      /^web: Docker's own check does not find the new container healthy$/m,
    );
    await refused(await make("new"), /^web: the post-deploy check failed/m, { POST_DEPLOY: "false" });
  });

  it("says what to set for an image without sh", async () => {
    await refused(
      await make("new", `${SETUP}; rm /bin/sh`),
      /^web: the image of the new container has no sh, .*\. Set hasShell: false beside the health command$/m,
    );
  });

  it("has a container leave that is taken away for good", async () => {
    const second = await bench.make(SERVICE, `${SETUP}; serve second`, { image: checked, slot: "1" });
    assert.equal((await bench.run({ ...behind, NEW: second, SLOT: "1" })).code, 0);
    const { told } = await runAndListen([second], { SLOT: "1" }, "down");
    assert.deepEqual(told, LEFT.slice(0, 1));
    await bench.remove(second);
  });

  /** As a run does it that is killed then. */
  const leaves = async (id: string) => {
    await bench.must("docker", "exec", id, "sh", "-c", "echo leaving >/dev/shm/slipway-leaving");
    await until(
      async () => (await health(id)) === "unhealthy",
      20,
      () => "it does not leave",
    );
  };

  it("has the old one come back that was made to leave, before the new one leaves that has failed", async () => {
    // A check that comes so late that whoever does not wait for it is seen.
    const slow = await make("slow", SETUP, "--health-interval", "14s");
    assert.equal((await bench.run({ ...behind, NEW: slow })).code, 0);
    await bench.remove(old);
    old = slow;
    await leaves(old);
    const NEW = await make("new", SETUP, "--health-interval", "500ms");
    const { code, told } = await runAndListen([NEW, old], { POST_DEPLOY: "false" });
    assert.equal(code, 1);
    const [ready, back] = ["health_status: healthy", "health_status: healthy"];
    assert.deepEqual(told, [ready, back, "health_status: unhealthy", "kill"]);
    assert.equal(await health(old), "healthy");
    await bench.remove(NEW);
  });

  it("has a new one stay that a run which was killed has made leave", async () => {
    const NEW = await make("new");
    await bench.must("docker", "start", NEW);
    await bench.must("docker", "update", "--restart", "no", NEW);
    await leaves(NEW);
    const { code, text } = await bench.run({ ...behind, NEW });
    assert.equal(code, 0, text);
    assert.equal(await health(NEW), "healthy");
    await bench.remove(old);
    old = NEW;
  });

  it("killed right before or after the old one is told to leave, and run again: both are as they should", async () => {
    /** Kills a run there, from 1; 0: nowhere. Gives what it was to change. */
    const killed = async (at: number) => {
      const NEW = await make("new", SETUP, "--health-interval", "500ms");
      // No edge has to be asked, so that the changes are the same ones each time.
      const { text } = await bench.run({ ...behind, NEW, ROUTE: "" }, "up", killedBefore(at));
      const again = at ? await bench.run({ ...behind, NEW, ROUTE: "" }) : { code: 0, text };
      assert.equal(again.code, 0, `${text}\n${again.text}`);
      assert.equal(await bench.state(NEW), "running always");
      assert.equal(await health(NEW), "healthy", `${text}\n${again.text}`);
      assert.equal(await bench.state(old), "exited no");
      await bench.remove(old);
      old = NEW;
      return text.match(/^changes: .*/gm) ?? [];
    };
    const changes = await killed(0);
    const leaves = changes.findLastIndex((change) => change.startsWith("changes: docker exec --user 0")) + 1;
    assert.match(changes[leaves] ?? "", /^changes: tell docker stop/);
    for (const at of [leaves, leaves + 1]) assert.equal((await killed(at)).length, at);
  });
});
