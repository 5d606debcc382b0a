import assert from "node:assert/strict";
import { testLab } from "../lab.ts";
import { until } from "../../lab/wait.ts";
import { Load } from "../load/load.ts";
import { EdgeFleet } from "./edge/fleet.ts";
import { proxyLabels, runProxy } from "./edge/own-proxy.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

/** Port of the host that its proxy answers on. */
const PROXY_PORT = 7010;

/** The network that the proxy is told to join. */
async function networkOf(fleet: EdgeFleet): Promise<string> {
  const networks = await fleet.must("pulumi", "stack", "output", "networks", "--json");
  return Object.values(JSON.parse(networks) as Record<string, string>)[0] ?? "";
}

describe("a fleet with a reverse proxy of the user's own", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: EdgeFleet;
  let proxyImage: string;
  let machine = "";

  before(async () => {
    const { lab, environment } = await testLab();
    proxyImage = lab.edgeImage;
    machine = lab.hosts[0]?.ip ?? "";
    fleet = new EdgeFleet("no-edge", "no-edge.ts", environment);
    await fleet.initStack("no-edge", { domain: "fleet.test", edge: "false" });
    await fleet.up();
  });

  after(async () => {
    await fleet.destroy();
  });

  const preview = async () =>
    (await fleet.run("pulumi", "preview", "--target", "**::front", "--target", "**::front.*")).text;

  it("has the services' containers, with the labels for that proxy, and none of the edge's", async () => {
    const ids = (await fleet.must("docker", "ps", "--all", "--quiet")).trim().split("\n");
    const labels = await fleet.must("docker", "inspect", "--format", "{{json .Config.Labels}}", ...ids);
    const own = { "slipway.project": "slipway", "slipway.stack": "no-edge", "slipway.slot": "0" };
    const made = { "slipway.host": "lab-1", "slipway.sets": "healthcheck securityOpts" };
    const containers = labels
      .trim()
      .split("\n")
      .map((line) => Object.entries(JSON.parse(line) as Record<string, string>))
      // The images have labels of their own.
      .map((entries) => entries.filter(([key]) => !key.startsWith("org.opencontainers.image.")))
      .map((entries): Record<string, string> => Object.fromEntries(entries))
      .sort((a, b) => ((a["slipway.service"] ?? "") < (b["slipway.service"] ?? "") ? -1 : 1));
    assert.deepEqual(containers, [
      { ...own, ...made, "slipway.service": "back" },
      { ...own, ...made, "slipway.service": "front", ...proxyLabels("front", 8000) },
    ]);
    const stack = await fleet.must("pulumi", "stack", "--show-urns");
    assert.doesNotMatch(stack, /slipway:index:Edge/);
    assert.equal(await fleet.must("docker", "volume", "ls", "--quiet"), "");
  });

  it("lets a service reach another by its name, and the proxy reach both on the network it is told of", async () => {
    assert.equal(await fleet.get("front", "http://back:8000/"), "web v0\n");
    const network = await networkOf(fleet);
    const wget = ["--entrypoint", "wget", proxyImage, "-q", "-O", "-"];
    for (const id of Object.values(await fleet.containers())) {
      const name = (await fleet.must("docker", "inspect", "--format", "{{slice .Name 1}}", id)).trim();
      const run = ["run", "--rm", "--network", network, ...wget, `http://${name}:8000/`];
      assert.equal(await fleet.must("docker", ...run), "web v0\n");
    }
  });

  it("has no maintenance, and says who could answer instead", async () => {
    const { code, text } = await fleet.slipway("maintenance", "front", "on");
    assert.equal(code, 1);
    assert.match(text, /^front: the stack has no edge that could answer for it; ask your own proxy\n$/);
  });

  it("rolls behind a Traefik that goes by Docker's health, without a failed request", async () => {
    const proxy = (
      await fleet.must("docker", ...runProxy(proxyImage, await networkOf(fleet), PROXY_PORT))
    ).trim();
    const url = `http://${machine}:${PROXY_PORT}/`;
    const answers = async () => (await fetch(url).catch(() => undefined))?.status === 200;
    await until(answers, 60, () => `${url}: does not answer`);
    const load = await Load.start(url, 20, /^200 web v\d/, 5);
    fleet.release("v1", "tests/faults/fleet/web/web.py");
    const text = await preview();
    await fleet.up();
    const { failures, answers: given } = await load.stop();
    await fleet.must("docker", "rm", "--force", proxy);
    assert.deepEqual(failures, []);
    assert.deepEqual(Object.keys(given).sort(), ["200 web v0", "200 web v1"]);
    assert.match(text, /slipway:index:Cutover \(front\):\s+start-first\n/);
  });

  it("makes another container when the health check is taken away, which the plugin would keep", async () => {
    const checks = async () => {
      const { front = "" } = await fleet.containers();
      return fleet.must("docker", "inspect", "--format", "{{json .Config.Healthcheck}}", front);
    };
    assert.match(await checks(), /urlopen/);
    fleet.edit(
      "tests/e2e/edge/no-edge.ts",
      '    name: "front",',
      '    name: "front", health: { up: "1 second" },',
    );
    const text = await preview();
    await fleet.up();
    assert.equal(await checks(), "null\n");
    assert.match(text, /start-first: requests that your proxy sends to the old one while that stops fail/);
  });

  it("is left as it is when nothing has changed", async () => {
    assert.deepEqual(await fleet.up(), {});
  });
});
