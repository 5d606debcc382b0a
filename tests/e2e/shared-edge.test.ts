import assert from "node:assert/strict";
import { testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { Client } from "./client.ts";
import { EdgeFleet } from "./edge/fleet.ts";
import { polled } from "./edge/poll.ts";

const PAIR = "tests/e2e/edge/pair.ts";
const WEB = "tests/faults/fleet/web/web.py";
const EVENTS = "tests/e2e/edge/events/events.py";

describe("a stack behind another one's edge", function () {
  this.timeout(INSTALL_TIMEOUT);
  let host: EdgeFleet;
  let guest: EdgeFleet;
  let hostKey: string;
  let client: Client;
  const ask = async (name: string) => {
    const { status, body } = await client.get(`http://${name}.fleet.test/`, { timeout: 10_000 });
    return `${status} ${body.trim()}`;
  };
  /** Does something while both stacks are asked, of which none may fail. */
  const unnoticed = async (names: readonly string[], work: () => Promise<unknown>) => {
    const { sent, failures } = await polled(
      async () => {
        for (const name of names) assert.match(await ask(name), /^200 web v[01]$/);
      },
      async () => {
        await work();
      },
    );
    assert.ok(sent > 0);
    assert.deepEqual(failures, {});
  };

  before(async () => {
    const { lab, environment } = await testLab();
    client = new Client(lab.hosts[0]?.ip ?? "");
    hostKey = lab.hosts[0]?.hostKey ?? "";
    host = new EdgeFleet("host", "pair.ts", environment);
    await host.initStack("host");
    await host.up();
    guest = new EdgeFleet("guest", "pair.ts", environment);
    await guest.initStack("guest", { edge: "slipway/host", edgeImage: "", subnet: "172.29.0.0/16" });
    guest.release("v1", EVENTS);
  });

  after(async () => {
    await guest.destroy();
    await host.destroy();
  });

  it("is refused before anything happens where a name is the other's, or the edge is not as it says", async () => {
    const taken = await guest.run("pulumi", "preview");
    assert.notEqual(taken.code, 0);
    assert.match(
      taken.text,
      /services\/web\/http: host\.fleet\.test\/ is taken by service web of stack slipway\/host\. Choose other domains or another path/,
    );
    guest.edit(PAIR, 'STACK = "host"', 'STACK = "guest"');
    await guest.must("pulumi", "config", "set", "edgePort", "8081");
    const elsewhere = await guest.run("pulumi", "preview");
    assert.match(
      elsewhere.text,
      /edge: the edge of slipway\/host on host lab-1 does not listen on 8081; it has 80\./,
    );
    await guest.must("pulumi", "config", "rm", "edgePort");
    await guest.must("pulumi", "config", "set", "edge", "slipway/nobody");
    const nobody = await guest.run("pulumi", "preview");
    assert.match(
      nobody.text,
      /edge: the edge of slipway\/nobody is not running on host lab-1\. Bring that stack up first/,
    );
    await guest.must("pulumi", "config", "set", "edge", "slipway/host");
    // Whether the edge is there cannot be known then, and nothing may be begun without it.
    await guest.must("pulumi", "config", "set", "hosts", `lab-1 ssh://deploy@127.0.0.1:9 ${hostKey}`);
    const unreached = await guest.run("pulumi", "preview");
    assert.notEqual(unreached.code, 0);
    assert.match(unreached.text, /lab-1: cannot be reached at ssh:\/\/deploy@127\.0\.0\.1:9: /);
    await guest.must("pulumi", "config", "set", "hosts", "lab");
    assert.deepEqual(await host.up(), {});
  });

  it("comes without a failed request of the other, and its names inside are its own", async () => {
    await unnoticed(["host"], () => guest.up());
    assert.equal(await ask("guest"), "200 web v0");
    assert.equal(await guest.get("web", "http://private/"), "events v1\n");
    assert.equal(await host.get("web", "http://private/"), "events v0\n");
  });

  it("rolls, and lets the other roll, without a failed request", async () => {
    guest.release("v1", WEB);
    await unnoticed(["host", "guest"], () => guest.up());
    assert.equal(await ask("guest"), "200 web v1");
    host.release("v1", WEB);
    await unnoticed(["host", "guest"], () => host.up());
    assert.equal(await ask("host"), "200 web v1");
    assert.deepEqual(await guest.up(), {});
  });

  it("is in maintenance by itself", async () => {
    assert.match(await guest.maintenance("web", "on"), /^web +in maintenance on lab-1: 503/);
    assert.match(await ask("guest"), /^503 /);
    assert.equal(await host.maintenance("web"), "web: not in maintenance\n");
    assert.equal(await ask("host"), "200 web v1");
    assert.equal(await guest.maintenance("web", "off"), "web: not in maintenance\n");
  });

  it("is served by the other's next edge too, and status finds nothing odd in that", async () => {
    await host.must("pulumi", "config", "set", "uploadTimeout", "2 hours");
    await host.up();
    assert.equal(await ask("guest"), "200 web v1");
    assert.equal(await guest.get("web", "http://private/"), "events v1\n");
    for (const stack of [host, guest]) assert.equal((await stack.slipway("status")).code, 0);
  });

  it("goes without a failed request of the other", async () => {
    await unnoticed(["host"], () => guest.must("pulumi", "destroy", "--yes", "--skip-preview"));
    assert.match(await ask("guest"), /^404 /);
    assert.deepEqual(await host.up(), {});
  });
});
