import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { UpdateMetrics } from "../../model/metrics/update-metrics.ts";
import type { Outcome } from "../e2e/fleet.ts";
import { FaultFleet, entry, mode } from "../faults/harness/fleet.ts";
import { Host } from "../faults/harness/host.ts";
import { paths, testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const STACK = "metrics";
const TOKEN = "as secret as can be";

describe("the metrics of an update in the lab", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: FaultFleet;

  const file = join(paths.state, `.slipway/metrics/slipway/${STACK}.jsonl`);
  const last = () => JSON.parse(readFileSync(file, "utf8").trim().split("\n").at(-1) ?? "") as UpdateMetrics;
  const up = async () => {
    const { code, text } = await fleet.slipwayUp();
    assert.equal(code, 0, text);
    return last();
  };
  /** `slipway up` of a web that is never healthy, with a signal while it is waited for: to it, or its pulumi alone. */
  const upWith = async (signal: "INT" | "KILL"): Promise<Outcome> => {
    const before = await fleet.host.containers();
    const { process: slipway, ended } = fleet.start(process.execPath, ["cli/slipway.mjs", "up"]);
    await fleet.host.newContainer("web", before, "running");
    const pulumi = execFileSync("pgrep", ["-P", String(slipway.pid), "-x", "pulumi"], { encoding: "utf8" });
    // Ctrl-C reaches both.
    if (signal === "INT") slipway.kill("SIGINT");
    process.kill(Number(pulumi), `SIG${signal}`);
    return ended;
  };

  before(async () => {
    const { lab, environment } = await testLab();
    fleet = new FaultFleet(STACK, { ...environment, PULUMI_STACK: STACK }, new Host(lab));
    await fleet.initStack(STACK);
    await fleet.must("pulumi", "config", "set", "--secret", "secrets:token", TOKEN);
    fleet.release(entry('secrets: { TOKEN: "token" }'));
    fleet.change([
      "services.ts",
      "export const services",
      'export const secrets = [{ name: "token" }];\nexport const services',
    ]);
  });

  after(async () => {
    await fleet.destroy();
    rmSync(fleet.folder, { recursive: true });
  });

  it("say which services rolled, what was built and sent, and where the time went", async () => {
    const { outcome, services = [], builds, phases, changes } = await up();
    assert.equal(outcome, "succeeded");
    assert.deepEqual(services.map((each) => `${each.service} ${each.outcome}`).sort(), [
      "caller rolled",
      "tcp rolled",
      "web rolled",
    ]);
    assert.deepEqual(builds.map(({ image }) => image).sort(), ["caller", "python-base", "tcp", "web"]);
    assert.ok((changes.create ?? 0) > 10);
    for (const seconds of Object.values(phases ?? { none: 0 })) assert.ok(seconds > 0);
  });

  it("tell of the next one the one build, and how much of the image is new", async () => {
    fleet.change(["web/web.py", '"v1"', '"v2"']);
    const { services = [], builds } = await up();
    const [build, ...others] = builds;
    assert.deepEqual([build?.image, build?.outcome, others], ["web", "pushed", []]);
    assert.ok(build && build.cachedSteps > 0 && build.cachedSteps < build.steps);
    const [web, ...rest] = services;
    assert.deepEqual([web?.service, web?.outcome, rest], ["web", "rolled", []]);
    assert.match(web?.digest ?? "", /^sha256:/);
    assert.ok(web?.bytes && web.newBytes && web.newBytes < web.bytes / 100);
  });

  it("tell no secret", () => {
    const text = readFileSync(file, "utf8");
    assert.ok(text.includes("python-base") && !text.includes(TOKEN));
    assert.ok(!text.includes(fleet.host.lab.registryPassword));
  });

  it("tell an update that Ctrl-C has ended from a failed one", async () => {
    fleet.change(mode("hangs"));
    assert.notEqual((await upWith("INT")).code, 0);
    assert.equal(last().outcome, "interrupted");
    const { code } = await fleet.slipwayUp();
    assert.notEqual(code, 0);
    assert.equal(last().outcome, "failed");
  });

  it("have a line for an update whose pulumi was killed, which Pulumi's history has not", async () => {
    fleet.edit("tests/faults/fleet/web/web.py", '"v2"', '"v3"');
    assert.notEqual((await upWith("KILL")).code, 0);
    const { outcome, number, started } = last();
    assert.deepEqual([outcome, number], ["killed", undefined]);
    assert.ok(Date.parse(started) <= Date.now());
    const history = JSON.parse(await fleet.must("pulumi", "stack", "history", "--json")) as object[];
    fleet.edit("tests/faults/fleet/web/web.py", 'MODE = "hangs"', 'MODE = "good"');
    const healed = await up();
    assert.deepEqual([healed.outcome, healed.number], ["succeeded", history.length + 1]);
    assert.equal(await fleet.answer("web"), "web v3");
  });
});
