import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { type IncomingMessage, get } from "node:http";
import { hostname } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Counters } from "../../lab/counters.ts";
import { type Lock, lockedDigest } from "../../model/image/lock.ts";
import type { PlatformSize } from "../../model/image/size.ts";
import { OWN_PLATFORM, paths, testLab } from "../lab.ts";
import { Fleet } from "./fleet.ts";
import { underLoad } from "../load/load.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const SERVICES = ["api", "edge", "hello", "store", "web", "worker"];

describe("the sample fleet, from nothing to gone", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: Fleet;
  let environment: Record<string, string>;
  let urls: Record<string, string>;
  const answer = async (name: string) => {
    const reply = await fetch(urls[name] ?? "");
    return { status: reply.status, body: (await reply.json()) as { greeting?: string; visits?: number } };
  };

  before(async () => {
    ({ environment } = await testLab());
    fleet = new Fleet(`${paths.own}/fleet`, environment, "022");
    await fleet.must("pulumi", "stack", "init", "dev");
  });

  it("comes up by plain `pulumi up`, every service running from its digest", async () => {
    await fleet.must("pulumi", "up", "--yes");
    assert.deepEqual(Object.keys(await fleet.containers()).sort(), SERVICES);
    const ids = Object.values(await fleet.containers());
    const images = await fleet.must("docker", "inspect", "--format", "{{.Config.Image}}", ...ids);
    for (const image of images.trim().split("\n")) assert.match(image, /@sha256:[0-9a-f]{64}$/);
    urls = JSON.parse(await fleet.must("pulumi", "stack", "output", "urls", "--json")) as Record<
      string,
      string
    >;
    assert.deepEqual(Object.keys(urls).sort(), ["api", "hello", "web"]);
  });

  it("answers through the edge, and inside from web to api to store", async () => {
    const first = await answer("web");
    assert.equal(first.status, 200);
    assert.equal(first.body.greeting, "hello from web");
    assert.equal((await answer("web")).body.visits, (first.body.visits ?? 0) + 1);
    assert.deepEqual(await answer("api"), { status: 200, body: { visits: (first.body.visits ?? 0) + 2 } });
  });

  it("runs the stock image by the digest in the lock, from the stack's own registry", async () => {
    assert.equal(await (await fetch(urls.hello ?? "")).text(), "hello from a stock image\n");
    const { lab } = await testLab();
    const file = lab.mirror ? join(lab.dir, "lock.json") : join(fleet.folder, "slipway.lock.json");
    const digest = lockedDigest(JSON.parse(readFileSync(file, "utf8")) as Lock, "busybox:1.36.1");
    const { hello = "" } = await fleet.containers();
    const image = await fleet.must("docker", "inspect", "--format", "{{.Config.Image}}", hello);
    assert.equal(image.trim(), `${lab.registry}/slipway/hello@${digest}`);
  });

  it("lets nobody outside reach an internal route by a forged Host header", async () => {
    // fetch() would not send a Host header of ours.
    const forged = await new Promise<IncomingMessage>((resolve, reject) => {
      get(urls.web ?? "", { headers: { host: "api" } }, resolve).on("error", reject);
    });
    assert.match(await text(forged), /hello from web/);
  });

  it("has both platforms in the registry, and the arm64 one really runs", async () => {
    const digests = JSON.parse(await fleet.must("pulumi", "stack", "output", "digests", "--json")) as Record<
      string,
      string
    >;
    let armWorker = "";
    for (const [name, digest] of Object.entries(digests)) {
      if (name === "hello") continue; // an official image has more
      const index = JSON.parse(
        await fleet.must("docker-buildx", "imagetools", "inspect", "--raw", digest),
      ) as {
        manifests: { digest: string; platform: { architecture: string } }[];
      };
      const arm = index.manifests.find(({ platform }) => platform.architecture === "arm64");
      // By its own digest: this engine cannot keep two platforms of one index.
      if (name === "worker") armWorker = digest.replace(/@.*/, `@${arm?.digest}`);
      assert.deepEqual(
        index.manifests.map(({ platform }) => platform.architecture).sort(),
        ["amd64", "arm64"],
        name,
      );
    }
    const python = ["python3", "-c", "import platform; print(platform.machine())"];
    const machine = await fleet.must(
      "docker",
      "run",
      "--rm",
      "--platform",
      "linux/arm64",
      armWorker,
      ...python,
    );
    assert.equal(machine, "aarch64\n");
  });

  it("changes nothing when nothing has changed, from another path and umask too", async () => {
    const before = await fleet.containers();
    assert.deepEqual(await fleet.up(), {});
    const other = new Fleet(`${paths.own}/elsewhere/the same fleet`, environment, "002");
    assert.deepEqual(await other.up(), {});
    assert.deepEqual(await fleet.containers(), before);
  });

  it("builds and rolls the one service that changed, without a failed request", async () => {
    const before = await fleet.containers();
    fleet.edit("services/web/web.py", "hello from web", "hello again from web");
    const { sent, failures } = await underLoad(urls.web ?? "", 8, async () => {
      assert.deepEqual(await fleet.up(), {
        "update docker-build:index:Image": 1,
        "create-replacement docker:index/container:Container": 1,
        "replace docker:index/container:Container": 1,
        "delete-replaced docker:index/container:Container": 1,
        "update command:local:Command": 1,
      });
    });
    assert.ok(sent > 50, `only ${sent} requests were sent`);
    assert.deepEqual(failures, []);
    assert.equal((await answer("web")).body.greeting, "hello again from web");
    const { web: webBefore, ...othersBefore } = before;
    const { web: webAfter, ...othersAfter } = await fleet.containers();
    assert.deepEqual(othersAfter, othersBefore);
    assert.notEqual(webAfter, webBefore);
    assert.deepEqual(await fleet.up(), {});
  });

  it("sends the host the layer that changed, and hardly more", async () => {
    const layers = async () => {
      const { web } = JSON.parse(await fleet.must("pulumi", "stack", "output", "digests", "--json")) as {
        web: string;
      };
      // Where sizes are kept, as the registry counts them.
      const file = join(fleet.folder, ".slipway/sizes", `${web.replace(/^.*:/, "")}.json`);
      const platforms = JSON.parse(readFileSync(file, "utf8")) as PlatformSize[];
      return platforms.find(({ platform }) => platform === OWN_PLATFORM)?.layers ?? [];
    };
    const before = new Set((await layers()).map(({ digest }) => digest));
    fleet.edit("services/web/web.py", /$/, `\n# ${randomBytes(3e6).toString("base64")}\n`);
    const counters = new Counters((await testLab()).lab);
    await counters.start();
    await fleet.up();
    const { pulledBytes } = await counters.read();
    await counters.stop();
    const changed = (await layers()).filter(({ digest }) => !before.has(digest));
    const bytes = changed.reduce((sum, { size }) => sum + size, 0);
    assert.ok(bytes > 3e6 && pulledBytes > bytes, `${pulledBytes} bytes for layers of ${bytes}`);
    assert.ok(pulledBytes <= 1.05 * bytes, `${pulledBytes} bytes for layers of ${bytes}`);
    fleet.edit("services/web/web.py", /\n# .*\n$/, "");
  });

  it("leaves the old one answering when the new one dies, says why, and heals by the next up", async () => {
    fleet.edit("services/web/web.py", "import json", 'raise SystemExit("out of tea")\nimport json');
    const { failures } = await underLoad(urls.web ?? "", 8, async () => {
      const outcome = await fleet.run("pulumi", "up", "--yes", "--skip-preview");
      assert.notEqual(outcome.code, 0);
      assert.match(outcome.text, /web: the new container did not become healthy: it exited during start-up/);
      assert.match(outcome.text, /out of tea/);
      fleet.edit("services/web/web.py", 'raise SystemExit("out of tea")\nimport json', "import json");
      await fleet.up();
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(await fleet.up(), {});
    const all = await fleet.must("docker", "ps", "--all", "--format", '{{.Label "slipway.service"}}');
    assert.deepEqual(all.trim().split("\n").sort(), SERVICES);
  });

  it("starts a stop-first service's old container again when the new one does not become healthy", async () => {
    const before = (await answer("web")).body.visits ?? 0;
    fleet.edit(
      "services.ts",
      'command: ["store-ping"] },',
      'command: ["store-ping"] }, startTimeout: "4 seconds",',
    );
    fleet.edit("services/store/store-ping", "= PONG", "= PING");
    const outcome = await fleet.run("pulumi", "up", "--yes", "--skip-preview");
    assert.notEqual(outcome.code, 0);
    assert.match(outcome.text, /the previous container store-[0-9a-f]+ is still serving requests/);
    assert.equal((await answer("web")).body.visits, before + 1);
    fleet.edit("services/store/store-ping", "= PING", "= PONG");
    await fleet.up();
    assert.equal((await answer("web")).body.visits, before + 2);
    assert.deepEqual(await fleet.up(), {});
  });

  it("runs as many replicas as wanted, and rolls them one after the other, without a failed request", async () => {
    fleet.edit("services.ts", 'name: "web",', 'name: "web", replicas: 2,');
    const { failures, answers } = await underLoad(urls.web ?? "", 8, async () => {
      const created = {
        "update slipway:index:Service": 1,
        "create slipway:index:Cutover": 1,
        "create docker:index/container:Container": 1,
        "create command:local:Command": 1,
      };
      assert.deepEqual(await fleet.up(), created);
      fleet.edit("services/web/web.py", "hello again", "hello both");
      const both = await fleet.up();
      assert.equal(both["replace docker:index/container:Container"], 2);
      assert.equal(both["update command:local:Command"], 2);
      fleet.edit("services.ts", 'name: "web", replicas: 2,', 'name: "web",');
      const deleted = await fleet.up();
      assert.equal(deleted["delete docker:index/container:Container"], 1);
      assert.equal(deleted["replace docker:index/container:Container"], undefined);
    });
    assert.deepEqual(failures, []);
    assert.ok(answers["200 "], "there was no good answer");
    assert.equal((await answer("web")).body.greeting, "hello both from web");
    fleet.edit("services/web/web.py", "hello both", "hello again");
    await fleet.up();
  });

  it("waits for the stack's lock, and takes over a dead one of this machine, another's only when told so", async () => {
    const backend = (environment.PULUMI_BACKEND_URL ?? "").replace(/^file:\/\/|\?.*/g, "");
    const locks = join(backend, ".pulumi/locks/organization/slipway/dev");
    const lockedBy = (host: string) => {
      const { pid } = spawnSync("true");
      const timestamp = new Date().toISOString();
      const owner = { pid, username: "ann", hostname: host, timestamp };
      mkdirSync(locks, { recursive: true });
      writeFileSync(join(locks, "5a1e0000-0000-4000-8000-000000000000.json"), JSON.stringify(owner));
    };
    const up = (...args: string[]) => fleet.slipway("up", ...args);
    lockedBy(hostname());
    const dead = await up("worker");
    assert.equal(dead.code, 0, dead.text);
    assert.match(dead.text, /lock released: ann@.* is no longer running/);
    lockedBy("nas.home");
    const foreign = await up("worker", "--wait", "1 second");
    assert.equal(foreign.code, 1, foreign.text);
    assert.match(foreign.text, /the stack is locked by ann@nas\.home .*waited 1 second/);
    const taken = await up("worker", "--take-over");
    assert.equal(taken.code, 0, taken.text);
    assert.deepEqual(readdirSync(locks), []);
  });

  it("tells every mistake at once, before any resource and without a stack trace", async () => {
    fleet.edit("services.ts", 'uses: ["api"]', 'uses: ["apis"], stopGracePeriod: "10" as never');
    const mistake =
      /services\/web\/stopGracePeriod: must be a number and a unit, as in "30 seconds" or "2 minutes", got "10"/g;
    const outcomes = [await fleet.run("pulumi", "preview"), await fleet.slipway("up")];
    for (const { code, text } of outcomes) {
      assert.notEqual(code, 0);
      assert.doesNotMatch(text, /\n\s+at /);
    }
    const [byPulumi, bySlipway] = outcomes.map(({ text }) => text.match(mistake)?.length ?? 0);
    assert.ok(byPulumi);
    // It reads services.ts before it starts pulumi, which shows each in its progress and at its end.
    assert.equal(bySlipway, 1);
    fleet.edit("services.ts", 'uses: ["apis"], stopGracePeriod: "10" as never', 'uses: ["api"]');
  });

  it("leaves nothing on the host when it is destroyed but the services' data", async () => {
    await fleet.must("pulumi", "destroy", "--yes", "--skip-preview");
    assert.equal(await fleet.must("docker", "ps", "--all", "--quiet"), "");
    const [data = "", ...others] = (await fleet.must("docker", "volume", "ls", "--quiet")).trim().split("\n");
    assert.match(data, /^store-data-[0-9a-f]{12}$/);
    assert.deepEqual(others, []);
    await fleet.must("docker", "volume", "rm", data);
    const networks = await fleet.must("docker", "network", "ls", "--format", "{{.Name}}");
    assert.deepEqual(networks.trim().split("\n").sort(), ["bridge", "host", "none"]);
    const { lab } = await testLab();
    assert.equal(await fleet.must("ssh", lab.hosts[0]?.address ?? "", "ls", "-A", "/tmp"), "");
  });
});
