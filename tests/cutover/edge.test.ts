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
