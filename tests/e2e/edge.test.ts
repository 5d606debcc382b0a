import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import bcrypt from "bcryptjs";
import { until } from "../../lab/wait.ts";
import { type KeyAndCertificate, selfSigned } from "../certificate.ts";
import { Host } from "../faults/harness/host.ts";
import { paths, testLab } from "../lab.ts";
import { WebSocketProbe } from "../load/websocket.ts";
import { type Answer, type Asking, Client } from "./client.ts";
import { EdgeFleet } from "./edge/fleet.ts";
import { type Pebble, startPebble } from "./edge/pebble.ts";
import { polled } from "./edge/poll.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const WEB = "tests/faults/fleet/web/web.py";
const EVENTS = "tests/e2e/edge/events/events.py";
const PRIVATE = "https://private.fleet.test/";

describe("the edge", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: EdgeFleet;
  let client: Client;
  let ip: string;
  let own: KeyAndCertificate;
  let pebble: Pebble | undefined;
  /** What web answers that it is. */
  let version = "v0";
  /** The authority behind the certificates the edge shows now. */
  let ca: string;
  const get = (url: string, asking?: Asking) => client.get(url, { ca, ...asking });
  const ask = async (url: string, asking?: Asking) => {
    const { status, body } = await get(url, asking);
    return `${status} ${body.trim()}`;
  };
  const release = (next: string, ...files: string[]) => {
    version = next;
    fleet.release(version, ...files);
  };
  const location = ({ status, headers }: Answer) => `${status} ${headers.location}`;

  before(async () => {
    const { lab, environment } = await testLab();
    ip = lab.hosts[0]?.ip ?? "";
    client = new Client(ip);
    pebble = await startPebble(`${lab.subnet}.1`, ip, `${paths.own}/pebble`);
    own = selfSigned({ hosts: ["*.fleet.test", "old.example.org"] });
    ca = own.certificate;
    fleet = new EdgeFleet("edge", "services.ts", environment);
    const { certificate } = own;
    await fleet.initStack("edge", { domain: "fleet.test", https: "certificate", certificate });
    await fleet.set("certificateKey", own.key, "--secret");
    await fleet.set("secrets:users", `ann:${bcrypt.hashSync("open sesame", 4)}`, "--secret");
    await fleet.up();
  });

  after(async () => {
    pebble?.stop();
    await fleet.destroy();
  });

  it("shows the stack's own certificate", async () => {
    assert.equal(await ask("https://www.fleet.test/"), `200 web ${version}`);
    const shown = await client.fingerprint("https://www.fleet.test/", ca);
    assert.equal(shown, new X509Certificate(own.certificate).fingerprint256);
  });

  it("leads HTTP to HTTPS, and other names to a service's first, with path, query and method", async () => {
    const asked = [
      "http://www.fleet.test/a?b=c",
      "https://web.fleet.test/a?b=c",
      "https://old.example.org/a?b=c",
    ];
    for (const url of asked) {
      const post = location(await get(url, { method: "POST" }));
      assert.deepEqual(
        [location(await get(url)), post],
        ["301 https://www.fleet.test/a?b=c", "308 https://www.fleet.test/a?b=c"],
        url,
      );
    }
  });

  it("asks for a name and a password outside, and not inside", async () => {
    const authorization = (pair: string) => ({
      Authorization: `Basic ${Buffer.from(pair).toString("base64")}`,
    });
    assert.equal((await get(PRIVATE)).headers["www-authenticate"], 'Basic realm="private"');
    const statuses = ["ann:sesame", "bob:open sesame", "ann:open sesame"].map(
      async (pair) => (await get(PRIVATE, { headers: authorization(pair) })).status,
    );
    assert.deepEqual(await Promise.all(statuses), [401, 401, 200]);
    assert.equal(await fleet.get("web", "http://private/"), `web ${version}\n`);
  });

  it("answers 429 to who asks too fast, for the service that says so", async () => {
    const statuses = async (url: string) => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => get(url)));
      return [200, 429].map((wanted) => answers.filter(({ status }) => status === wanted).length);
    };
    const [good = 0, refused = 0] = await statuses("https://limited.fleet.test/");
    assert.ok(good >= 5 && refused > 0 && good + refused === 100, `${good} times 200, ${refused} times 429`);
    assert.deepEqual(await statuses("https://www.fleet.test/"), [100, 0]);
  });

  it("lets no forged Host header reach an internal route", async () => {
    const servername = "www.fleet.test";
    for (const host of ["private", "private:80", "private:443", "PRIVATE", "private."]) {
      const headers = { Host: host };
      assert.match(await ask("https://www.fleet.test/", { headers, servername }), /^404 /, host);
      assert.match(await ask("http://www.fleet.test/", { headers }), /^301 /, host);
    }
    // Nor do they answer on a port of their own, or the edge's API.
    for (const port of [8000, 8080, 8443])
      assert.match(await ask(`http://www.fleet.test:${port}/`).catch(String), /ECONNREFUSED/);
    assert.equal(await fleet.get("web", "http://private/"), `web ${version}\n`);
  });

  it("passes websockets and server-sent events, and a roll leaves them to the old container until they end", async () => {
    const socket = await WebSocketProbe.open("https://www.fleet.test/ws", client.options({ ca }));
    const stream = await client.start("https://events.fleet.test/events", { ca });
    const events = new Events(stream);
    assert.equal(await socket.echo("before"), "before");
    await events.more();
    release("v1", WEB, EVENTS);
    const up = fleet.up();
    try {
      for (const url of ["https://www.fleet.test/", "https://events.fleet.test/"]) {
        const switched = async () => (await ask(url)).endsWith("v1");
        await until(switched, 300, () => `${url}: no v1`);
      }
      assert.equal(await socket.echo("after the switch"), "after the switch");
      await events.more();
      const list = ["ps", "--filter", "label=slipway.stack=edge", "--format", '{{.Label "slipway.service"}}'];
      const running = (await fleet.must("docker", ...list)).trim().split("\n").sort();
      assert.deepEqual(
        running.filter((name) => name === "web" || name === "events"),
        ["events", "events", "web", "web"],
      );
    } finally {
      socket.end();
      stream.destroy();
      await up;
    }
    assert.ok(
      events.numbers.every((text, index) => text === `v0 ${index}`),
      events.numbers.join(", "),
    );
    const next = await WebSocketProbe.open("https://www.fleet.test/ws", client.options({ ca }));
    assert.equal(await next.echo("again"), "again");
    next.end();
  });

  it("answers for a service in maintenance, through later ups and its rolls, until it is off", async () => {
    const said = await fleet.maintenance("private", "on", "--retry-after", "5 minutes");
    assert.match(said, /^private +in maintenance on lab-1: 503, Retry-After 300 s\n$/);
    const shut = async () => {
      const { status, headers } = await get(PRIVATE);
      return [status, headers["retry-after"]];
    };
    assert.deepEqual(await shut(), [503, "300"]);
    assert.deepEqual(await fleet.up(), {});
    const { sent, failures } = await polled(
      async () => {
        assert.deepEqual(await shut(), [503, "300"]);
      },
      async () => {
        release("v2", WEB);
        await fleet.up();
      },
    );
    assert.ok(sent > 0);
    assert.deepEqual(failures, {});
    assert.equal(await ask("https://www.fleet.test/"), `200 web ${version}`);
    assert.equal(await fleet.get("web", "http://private/"), `web ${version}\n`);
    assert.equal(await fleet.maintenance("private", "off"), "private: not in maintenance\n");
    assert.equal((await get(PRIVATE)).status, 401);
  });

  it("gets certificates by ACME, asked for over HTTP", async () => {
    await fleet.set("https", "acme");
    await fleet.must("pulumi", "config", "rm", "certificate");
    await fleet.must("pulumi", "config", "rm", "certificateKey");
    assert.ok(pebble);
    await fleet.set("acmeServer", pebble.directory);
    await fleet.set("acmeServerCa", pebble.ca);
    await fleet.up();
    ca = pebble.root;
    for (const url of ["https://www.fleet.test/", "https://events.fleet.test/"]) {
      const issued = () =>
        ask(url).then(
          () => true,
          () => false,
        );
      await until(issued, 120, () => `${url}: no certificate of Pebble's`);
    }
    assert.equal(await ask("https://www.fleet.test/"), `200 web ${version}`);
    assert.equal(location(await get("http://www.fleet.test/")), "301 https://www.fleet.test/");
  });

  it("says before its own change that its ports close, and fails no request before or after that", async () => {
    await fleet.maintenance("private", "on");
    const certificate = await client.fingerprint("https://www.fleet.test/", ca);
    await fleet.set("acmeEmail", "ann@fleet.test");
    const preview = await fleet.must("pulumi", "preview");
    assert.match(preview, /edge.*stop-first: the host's public ports are closed for about a second/s);
    let changes = {};
    const { sent, failures, between, gap } = await polled(
      async () => {
        assert.equal(await ask("https://www.fleet.test/", { timeout: 10_000 }), `200 web ${version}`);
      },
      async () => {
        changes = await fleet.up();
      },
    );
    process.stdout.write(
      `      ports closed for ${(gap / 1000).toFixed(2)} s; of ${sent} requests failed: ${JSON.stringify(failures)}\n`,
    );
    assert.deepEqual(changes, {
      "create-replacement docker:index/container:Container": 1,
      "replace docker:index/container:Container": 1,
      "delete-replaced docker:index/container:Container": 1,
      "update command:local:Command": 1,
    });
    assert.equal(between, 0);
    assert.equal(await client.fingerprint("https://www.fleet.test/", ca), certificate);
    assert.equal((await get(PRIVATE)).status, 503);
    await fleet.maintenance("private", "off");
  });

  it("can write nowhere but to its volumes and /tmp, and get no rights it has not", async () => {
    const id = (await fleet.containers()).edge ?? "";
    const format = "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.SecurityOpt}} {{.HostConfig.CapDrop}}";
    assert.equal(
      (await fleet.must("docker", "inspect", "--format", format, id)).trim(),
      "true [no-new-privileges] [ALL]",
    );
  });

  it("has ports enough for many short connections to a container", async () => {
    const files = ["tcp_tw_reuse", "ip_local_port_range"].map((name) => `/proc/sys/net/ipv4/${name}`);
    assert.equal(await fleet.inside("edge", "cat", ...files), "1\n1024\t65535\n");
  });

  it("answers by IPv6 on a host that has it", async () => {
    const ask = 'exec 3<>/dev/tcp/::1/80; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; head -n 1 <&3';
    const { lab } = await testLab();
    assert.match(await new Host(lab).run("bash", "-c", ask), /^HTTP\/1\.[01] \d{3} /);
  });

  it("is left as it is when nothing has changed", async () => {
    assert.deepEqual(await fleet.up(), {});
  });
});

/** Collects the data of server-sent events. */
class Events {
  readonly numbers: string[] = [];
  private rest = "";

  constructor(stream: IncomingMessage) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      const parts = (this.rest + text).split("\n\n");
      this.rest = parts.pop() ?? "";
      this.numbers.push(...parts.map((part) => part.replace("data: ", "")));
    });
    stream.on("error", () => undefined);
  }

  /** Waits for five more. */
  async more(): Promise<void> {
    const wanted = this.numbers.length + 5;
    await until(
      () => this.numbers.length >= wanted,
      60,
      () => `got ${this.numbers.length} events, expected ${wanted}`,
    );
  }
}
