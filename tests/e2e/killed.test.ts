import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { until } from "../../lab/wait.ts";
import { runSync } from "../../lib/run.ts";
import { paths, testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { Fleet } from "./fleet.ts";

/** How far `slipway up` is when it is killed: what the host has by then. */
const MOMENTS = {
  "its network is there": (host: Seen) => host.networks > 0,
  "its database is running": (host: Seen) => host.containers.includes("store running"),
};

interface Seen {
  networks: number;
  /** Service and state of each. */
  containers: string[];
}

describe("an update that is killed", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: Fleet;
  let url: string;

  const docker = (...args: string[]) => fleet.must("docker", ...args);
  const lines = (text: string) => text.split("\n").filter(Boolean);
  const look = async (): Promise<Seen> => ({
    networks: lines(await docker("network", "ls", "--quiet", "--filter", "label=slipway.stack=killed"))
      .length,
    containers: lines(
      await docker("ps", "--all", "--filter", "label=slipway.stack=killed", "--format", FORMAT),
    ),
  });
  const FORMAT = '{{.Label "slipway.service"}} {{.State}}';
  const passwordOf = async (service: string) => {
    const { [service]: id = "" } = await fleet.containers();
    const env = await docker("inspect", "--format", "{{range .Config.Env}}{{println .}}{{end}}", id);
    return lines(env).find((line) => line.startsWith("STORE_PASSWORD="));
  };

  /** Kills `slipway up` and its pulumi as soon as the host is that far. */
  const killWhen = async (isThere: (host: Seen) => boolean) => {
    const { process: up, ended } = fleet.start(process.execPath, ["cli/slipway.mjs", "up"]);
    await until(
      async () => {
        assert.equal(up.exitCode, null, "it ended before");
        return isThere(await look());
      },
      180,
      () => "it never came that far",
    );
    runSync(["pkill", "-KILL", "-x", "-P", String(up.pid), "pulumi"]);
    up.kill("SIGKILL");
    await Promise.all([once(up, "exit"), ended]);
  };

  /** One `slipway up` makes all of it answer, and leaves nothing that no state knows. */
  const heals = async () => {
    const { code, text } = await fleet.slipway("up");
    assert.equal(code, 0, text);
    for (const path of ["/", "/api", "/hello"])
      assert.equal((await fetch(`${url}${path}`)).status, 200, path);
    const { containers } = await look();
    assert.deepEqual(containers.toSorted(), [
      ...["api running", "edge running", "hello running", "store running", "web running", "worker running"],
    ]);
    const status = await fleet.slipway("status");
    assert.equal(status.code, 0, status.text);
    assert.deepEqual(await fleet.up(), {});
  };

  before(async () => {
    const { lab, environment } = await testLab();
    url = `http://${lab.hosts[0]?.ip}`;
    fleet = new Fleet(`${paths.own}/killed`, { ...environment, PULUMI_STACK: "killed" }, "022");
  });
  after(() => {
    rmSync(fleet.folder, { recursive: true });
  });

  for (const [moment, isThere] of Object.entries(MOMENTS))
    it(`in a first deployment, when ${moment}, is healed by the next one, with the same secrets`, async () => {
      await fleet.initStack("killed");
      await killWhen(isThere);
      const given = await passwordOf("store").catch(() => undefined);
      await heals();
      const password = await passwordOf("store");
      assert.match(password ?? "", /^STORE_PASSWORD=\w{32}$/);
      assert.equal(await passwordOf("api"), password);
      if (given) assert.equal(password, given);
      await fleet.destroy();
    });

  it("in the middle of a roll of all services is healed by the next one", async () => {
    await fleet.initStack("killed");
    const first = await fleet.slipway("up");
    assert.equal(first.code, 0, first.text);
    fleet.edit("services/python-base/serve.py", /$/, "\n# another\n");
    // More than the six that serve: new ones beside them.
    await killWhen(({ containers }) => containers.filter((line) => line.endsWith("running")).length > 6);
    for (const path of ["/", "/api", "/hello"])
      assert.equal((await fetch(`${url}${path}`)).status, 200, path);
    await heals();
    await fleet.destroy();
  });
});
