import assert from "node:assert/strict";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { Bench } from "./bench.ts";

describe("the cutover script, when the edge does not do its part", function () {
  this.timeout(INSTALL_TIMEOUT);
  let bench: Bench;
  before(async () => {
    bench = await Bench.up("edgeless", 7003);
  });
  after(async () => {
    await bench.down();
  });

  it("says what the edge has said of a route that it does not take", async () => {
    const NEW = await bench.make("web", "serve new");
    const ROUTE = '{"http":{"services":{},"list":"@SERVERS@"}}';
    const { code, text } = await bench.run({ SERVICE: "web", NEW, ROUTE });
    assert.equal(code, 1);
    assert.match(text, /web: the edge did not take the route within 15 s; its last log lines:\n[^]*web\.yml/);
    await bench.remove(NEW);
  });

  it("stays while another stack stands behind it, and a new one comes into that stack's network", async () => {
    const name = "edgeless-guest";
    const labels = { edge: "edgeless/test", "edge-address": "172.30.0.2", project: "home", stack: "guest" };
    const words = Object.entries(labels).flatMap(([key, value]) => ["--label", `slipway.${key}=${value}`]);
    await bench.must("docker", "network", "create", "--subnet", "172.30.0.0/16", ...words, name);
    try {
      const down = await bench.run({ SERVICE: "edge", NEW: "none", ROUTE: "" }, "down");
      assert.equal(down.code, 1);
      assert.match(down.text, /the edge stays: stacks stand behind it: home\/guest/);
      // In place of the one that runs, whose slot is another.
      const NEW = await bench.make("edge", "serve edge", { slot: "1" });
      const health = { HEALTH: "up", HEALTH_ARG: "1", ROUTE: "" } as const;
      const up = await bench.run({ SERVICE: "edge", SLOT: "1", NEW, ...health });
      assert.equal(up.code, 0, up.text);
      const format = `{{with index .NetworkSettings.Networks "${name}"}}{{.IPAddress}}{{end}}`;
      assert.equal((await bench.must("docker", "inspect", "--format", format, NEW)).trim(), "172.30.0.2");
      await bench.remove(NEW);
    } finally {
      await bench.must("docker", "network", "rm", name);
    }
    const gone = await bench.run({ SERVICE: "edge", SLOT: "9", NEW: "none", ROUTE: "" }, "down");
    assert.equal(gone.code, 0, gone.text);
  });

  it("says that no edge is running", async () => {
    const labels = "--filter=label=slipway.project=edgeless --filter=label=slipway.service=edge".split(" ");
    const edge = (await bench.must("docker", "ps", "--quiet", ...labels)).trim();
    await bench.must("docker", "stop", edge);
    const NEW = await bench.make("web", "serve new");
    const asked = await bench.run({ SERVICE: "web", NEW, START_TIMEOUT: 2 });
    assert.match(
      asked.text,
      /web: the new container did not become healthy within 2 s: no edge is running to check its path through/,
    );
    const HEALTH = { HEALTH: "up", HEALTH_ARG: "1" } as const;
    const routed = await bench.run({ SERVICE: "web", NEW, ...HEALTH });
    assert.match(routed.text, /web: the edge did not take the route within 15 s; none is running/);
    await bench.must("docker", "start", edge);
    await bench.remove(NEW);
  });
});
