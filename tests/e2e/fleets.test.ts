import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { startMachine, stopMachine } from "../../lab/index.ts";
import { until } from "../../lab/wait.ts";
import { Host } from "../faults/harness/host.ts";
import { OWN_PLATFORM, paths, testLab } from "../lab.ts";
import { Load, type LoadReport } from "../load/load.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { Client } from "./client.ts";
import { Fleet } from "./fleet.ts";

const FOLDER = "tests/e2e/fleets";
const IMAGES = ["home-assistant", "vpn", "postgres", "app", "prometheus"];
/** What another value of RELEASE rolls: those that have it, and qbittorrent, whose network is gluetun's. */
const ROLLED = [
  "gluetun",
  "home-assistant",
  "immich",
  "nextcloud",
  "nextcloud-database",
  "prometheus",
  "prowlarr",
  "qbittorrent",
];
const BEHIND_VPN = ["prowlarr.fleet.test", "torrents.fleet.test:6881"];

/** What is answered to a client, by host; of data that the test has put into folders, volumes and a database, too. */
const answers = (release: string) => ({
  "home.fleet.test": `${release} name: Home\n`,
  "prowlarr.fleet.test": `prowlarr ${release}\n`,
  "torrents.fleet.test:6881": "debian.iso\n",
  "photos.fleet.test": `cat.jpg\ncat\nlibrary\nowner\n${release}\n`,
  "cloud.fleet.test": `1\ncron\nshopping list\n${release}\n`,
  "metrics.fleet.test": `node Ann sh\ncontainers\nup 1\n${release}\n`,
});

describe("fleets as people run them at home", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: Fleet;
  let host: Host;
  let client: Client;

  before(async () => {
    const { lab, environment } = await testLab();
    host = new Host(lab);
    client = new Client(host.ip);
    const images = `${lab.registry}/stock`;
    // The lab's lock of base images is other tests' too.
    const more = {
      PULUMI_STACK: "fleets",
      STOCK_IMAGES: images,
      SLIPWAY_LAB_LOCK: "slipway.lock.json",
    };
    fleet = new Fleet(`${paths.own}/fleets`, { ...environment, ...more }, "022");
    writeFileSync(join(fleet.folder, "services.ts"), `export * from "./${FOLDER}/services.ts";\n`);
    await makeImages(images, environment.SLIPWAY_LAB_MIRROR ?? "docker.io");
    // Folders of the host are its owner's to fill.
    const fill =
      "mkdir -p /srv/home-assistant /srv/photos/library; echo 'name: Home' >/srv/home-assistant/configuration.yaml; " +
      "echo Ann >/srv/photos/owner; touch /etc/localtime";
    await host.run("sh", "-c", fill);
    await fleet.initStack("fleets");
    await slips("lock");
    await fleet.up();
    await inService("immich-database", `psql -c "insert into assets values ('cat.jpg')"`, "postgres");
    await inService("nextcloud", "echo 'shopping list' >/var/www/html/note");
    await inService("qbittorrent", "echo debian.iso >/downloads/torrents");
    await inService("prometheus", "echo up 1 >/prometheus/series", "65534");
  });
  after(async () => {
    await fleet.destroy();
    await host.run("rm", "-rf", "/srv/home-assistant", "/srv/photos");
    rmSync(fleet.folder, { recursive: true });
  });

  /** One image a stage, pushed where the catalogues look for them. */
  const makeImages = async (images: string, hub: string) => {
    const base = `debian:bookworm-slim=docker-image://${hub}/library/debian:bookworm-slim`;
    const build = [
      "buildx",
      "build",
      "--provenance=false",
      "--platform",
      OWN_PLATFORM,
      "--build-context",
      base,
    ];
    for (const image of IMAGES) {
      // To compress 300 MB takes longer than to send them within the lab.
      const output = `type=image,name=${images}/${image}:1,push=true,compression=uncompressed`;
      await fleet.must("docker", ...build, "--target", image, "--output", output, `${FOLDER}/image`);
    }
  };
  const slips = (...args: string[]) => fleet.must(process.execPath, "cli/slipway.mjs", ...args);
  const inService = async (service: string, script: string, user = "0") => {
    const { [service]: id = "" } = await fleet.containers();
    return fleet.must("docker", "exec", "--user", user, id, "sh", "-c", script);
  };
  const setRelease = (from: string, to: string) => {
    fleet.edit(`${FOLDER}/image.ts`, `RELEASE: "${from}"`, `RELEASE: "${to}"`);
  };
  /** What the hosts answer, or why not. */
  const ask = async (hosts: readonly string[]) =>
    Object.fromEntries(
      await Promise.all(
        hosts.map(async (name) => {
          const got = client.get(`http://${name}/`, { timeout: 5000 });
          return [name, await got.then(({ body }) => body, String)];
        }),
      ),
    ) as Record<string, string>;
  const allAnswer = async (release = "first") => {
    const expected = answers(release);
    assert.deepEqual(await ask(Object.keys(expected)), expected);
  };
  const nothingWrong = async () => {
    const { code, text } = await fleet.slipway("status");
    assert.equal(code, 0, text);
    return text;
  };
  /** Which services have other containers than they had. */
  const changed = async (before: Record<string, string>) => {
    const now = await fleet.containers();
    return Object.keys({ ...before, ...now })
      .filter((service) => now[service] !== before[service])
      .sort();
  };
  /**
   * Does the work while clients ask what has a name at the edge: nothing but right answers, of either release, may
   * come from what rolls start-first, and beside them only that it is gone from what does not: an error of the edge's, or
   * no answer where a connection led into a network that went with its owner.
   */
  const underLoad = async (work: () => Promise<void>) => {
    const named = Object.entries(answers("(first|second)")).filter(([name]) => !name.includes(":"));
    const loads = await Promise.all(
      named.map(async ([name, body]) => {
        const mayGo = name !== "photos.fleet.test";
        const good = new RegExp(`^(200 ${body}$${mayGo ? "|50[0234] |no answer: none within 10 s" : ""})`);
        const load = await Load.start(`http://${host.ip}/`, 1, good, mayGo ? 500 : 100, name);
        return { name, load };
      }),
    );
    const reports: (LoadReport & { name: string })[] = [];
    try {
      await work();
    } finally {
      for (const { name, load } of loads) reports.push({ name, ...(await load.stop()) });
    }
    for (const { name, sent, failed, failures, answers: kinds } of reports) {
      assert.deepEqual(failures, [], `${name}: ${failed} of ${sent}`);
      process.stderr.write(`      ${name}: ${sent} requests: ${JSON.stringify(kinds)}\n`);
    }
  };

  it("answer all, open what they say, and another update changes nothing", async () => {
    await allAnswer();
    const status = await nothingWrong();
    const open = status.split("\n").filter((line) => line.includes(": open: "));
    assert.deepEqual(open, [
      "cadvisor: open: host path /sys (read-only); host path /var/lib/docker (read-only); the engine's socket /var/run/docker.sock",
      "gluetun: open: capability NET_ADMIN; device /dev/net/tun",
      "home-assistant: open: capability NET_ADMIN, NET_RAW; the host's network; device /dev/null; host path /srv/home-assistant; host path /etc/localtime (read-only)",
      "immich: open: host path /srv/photos",
      "node-exporter: open: the host's processes; the engine's socket /",
    ]);
    assert.equal(await inService("nextcloud", "stat -c '%u %a' /etc/nextcloud/config.php"), "33 400\n");
    await fleet.must("pulumi", "preview", "--refresh", "--expect-no-changes");
  });

  it("roll, each once, with their data, and what two may run of at once without a failed request", async () => {
    const before = await fleet.containers();
    setRelease("first", "second");
    await underLoad(async () => {
      assert.deepEqual(await fleet.up(), {
        "create-replacement docker:index/container:Container": ROLLED.length,
        "replace docker:index/container:Container": ROLLED.length,
        "delete-replaced docker:index/container:Container": ROLLED.length,
        "update command:local:Command": ROLLED.length,
        "update slipway:index:Service": ROLLED.length - 1,
      });
    });
    assert.deepEqual(await changed(before), ROLLED);
    await allAnswer("second");
  });

  it("are rolled back, all that the release had rolled, and stay so once its change is taken back", async () => {
    const before = await fleet.containers();
    await underLoad(async () => {
      await slips("rollback", "--all", "--with-config");
    });
    assert.deepEqual(await changed(before), ROLLED);
    await allAnswer();
    const back = await fleet.containers();
    await slips("unpin", "--all");
    setRelease("second", "first");
    await fleet.up();
    assert.deepEqual(await changed(back), []);
    await nothingWrong();
  });

  it("come back when the host is started again; what Docker leaves without its network, by slipway up", async () => {
    await stopMachine(host.lab, host.name);
    await startMachine(host.lab, host.name, () => undefined);
    const expected = answers("first");
    const byThemselves = Object.keys(expected).filter((name) => !BEHIND_VPN.includes(name));
    let said = await ask(byThemselves);
    await until(
      async () => isDeepStrictEqual({ ...expected, ...(said = await ask(byThemselves)) }, expected),
      60,
      () => JSON.stringify(said),
    );
    await slips("up");
    await allAnswer();
    await nothingWrong();
    assert.deepEqual(await fleet.up(), {});
  });

  it("have a VPN that ended by itself, and those in its network get the new one by slipway up", async () => {
    const { gluetun = "" } = await fleet.containers();
    await fleet.must("docker", "exec", gluetun, "sh", "-c", "kill -TERM 1");
    const status = async () => (await fleet.slipway("status")).text;
    await until(
      async () => /^prowlarr on lab-1: missing: its network: gluetun-\w+, /m.test(await status()),
      30,
      () => "status finds nothing",
    );
    await slips("up");
    await allAnswer();
    await nothingWrong();
  });
});
