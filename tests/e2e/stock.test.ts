import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Lab, startMachine, stopMachine } from "../../lab/index.ts";
import type { Service } from "../../model/catalogue/service.ts";
import { Repository } from "../../registry/client.ts";
import { copyImage } from "../../registry/copy.ts";
import { digestOfBytes } from "../../registry/manifest.ts";
import { OWN_PLATFORM, paths, testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { Fleet } from "./fleet.ts";

const FOREIGN = OWN_PLATFORM === "linux/amd64" ? "linux/arm64" : "linux/amd64";
const MACHINES: Record<string, string> = { "linux/amd64": "x86_64\n", "linux/arm64": "aarch64\n" };
/** A roll of one service. */
const ROLL = {
  "create-replacement docker:index/container:Container": 1,
  "replace docker:index/container:Container": 1,
  "delete-replaced docker:index/container:Container": 1,
  "update command:local:Command": 1,
};
const SERVE = ["sh", "-c", "uname -m >/tmp/index.html && exec httpd -f -p 8000 -h /tmp"];

describe("stock images", function () {
  this.timeout(INSTALL_TIMEOUT);
  let lab: Lab;
  let fleet: Fleet;
  let stock: Repository;
  let first: string;
  let second: string;

  /** One service that pulls its image from where it comes from, and one that pulls it from the stack's own registry. */
  const declare = (hello: Partial<Service> = {}) => {
    const stopGracePeriod = "2 seconds";
    const services: Service[] = [
      {
        name: "hello",
        image: `${stock.name}:1`,
        command: SERVE,
        http: { port: 8000 },
        stopGracePeriod,
        ...hello,
      },
      {
        name: "copied",
        image: `${stock.name}:kept`,
        mirror: true,
        command: ["sleep", "1d"],
        stopGracePeriod,
      },
    ];
    writeFileSync(
      join(fleet.folder, "services.ts"),
      `export const services = ${JSON.stringify(services)};\n`,
    );
  };
  const slipway = async (...args: string[]) => {
    const { code, stdout, text } = await fleet.slipway(...args);
    assert.equal(code, 0, text);
    return stdout;
  };
  const image = async (service: string) => {
    const { [service]: id = "" } = await fleet.containers();
    return (await fleet.must("docker", "inspect", "--format", "{{.Config.Image}}", id)).trim();
  };
  const answer = async () => {
    const urls = JSON.parse(await fleet.must("pulumi", "stack", "output", "urls", "--json")) as {
      hello: string;
    };
    return (await fetch(urls.hello)).text();
  };
  const lock = () =>
    JSON.parse(readFileSync(join(fleet.folder, "slipway.lock.json"), "utf8")) as Record<
      string,
      { digest: string }
    >;

  before(async () => {
    const { lab: running, environment } = await testLab();
    lab = running;
    process.env.SSL_CERT_DIR = environment.SSL_CERT_DIR;
    // The lock of the lab's base images is other tests' too. Without what stands for docker.io it is the project's own.
    const { SLIPWAY_LAB_MIRROR: mirror, ...others } = environment;
    fleet = new Fleet(`${paths.own}/stock`, { ...others, PULUMI_STACK: "stock" }, "022");
    writeFileSync(join(fleet.folder, "slipway.lock.json"), "{}\n");
    const account = { user: lab.registryUser, token: lab.registryPassword };
    stock = new Repository(`${lab.registry}/stock/hello`, account);
    const busybox = mirror
      ? new Repository(`${mirror}/library/busybox`, account)
      : new Repository("docker.io/library/busybox");
    first = (await busybox.digest("1.36.1")) ?? "";
    for (const tag of ["1", "kept"]) await copyImage(busybox, first, stock, tag);
    declare();
    await fleet.initStack("stock");
  });
  after(async () => {
    await fleet.destroy();
    rmSync(fleet.folder, { recursive: true });
  });

  it("run by the index's digest once they are locked, and before that a preview names the command", async () => {
    const early = await fleet.run("pulumi", "preview");
    assert.notEqual(early.code, 0);
    for (const [service, tag] of [
      ["hello", "1"],
      ["copied", "kept"],
    ])
      assert.match(
        early.text,
        new RegExp(
          `services/${service}/image: not in the lock yet, got "${stock.name}:${tag}"\\. Run: npx --no slipway lock`,
        ),
      );
    assert.equal(await slipway("lock"), `+ ${stock.name}:1 ${first}\n+ ${stock.name}:kept ${first}\n`);
    await fleet.up();
    assert.equal(await image("hello"), `${stock.name}@${first}`);
    assert.equal(await image("copied"), `${lab.registry}/slipway/copied@${first}`);
    assert.equal(await answer(), MACHINES[OWN_PLATFORM]);
    assert.deepEqual(await fleet.up(), {});
  });

  it("that are newer under their tag change nothing before the lock has them, and then roll alone", async () => {
    const manifest = await stock.manifest("1");
    const index = JSON.parse(manifest?.body.toString() ?? "") as object;
    const body = Buffer.from(JSON.stringify({ ...index, annotations: { release: "2" } }));
    second = digestOfBytes(body);
    await stock.putManifest("1", { digest: second, mediaType: manifest?.mediaType ?? "", body });
    assert.equal(await slipway("lock"), `newer: ${stock.name}:1 ${first} → ${second}\n`);
    assert.deepEqual(await fleet.up(), {});
    assert.equal(await slipway("lock", "--update"), `~ ${stock.name}:1 ${first} → ${second}\n`);
    const { copied } = await fleet.containers();
    assert.deepEqual(await fleet.up(), ROLL);
    assert.equal(await image("hello"), `${stock.name}@${second}`);
    assert.equal((await fleet.containers()).copied, copied);
  });

  it("go back to the former digest, the registry down, and on again once they are unpinned", async () => {
    await stopMachine(lab, "registry");
    try {
      await slipway("rollback", "hello");
    } finally {
      await startMachine(lab, "registry", () => undefined);
    }
    assert.equal(await image("hello"), `${stock.name}@${first}`);
    assert.match(await slipway("pins"), /^hello: pinned to .* \(update 1\); newer source waits$/m);
    assert.deepEqual(await fleet.up(), {});
    await slipway("unpin", "hello");
    assert.deepEqual(await fleet.up(), { ...ROLL, "update slipway:index:ServiceImage": 1 });
    assert.equal(await image("hello"), `${stock.name}@${second}`);
    const releases = await slipway("releases", "hello", "--json");
    const { releases: all } = JSON.parse(releases) as { releases: { changes: { image: string }[] }[] };
    const images = all.map(({ changes }) => changes[0]?.image.replace(/^.*@/, ""));
    assert.deepEqual(images, [second, first, second, first]);
  });

  it("are known to every verb that has to do with images, and none of ours to build, tag or record", async () => {
    const status = await slipway("status");
    assert.match(status, new RegExp(`^hello on lab-1: ${stock.name}:1$`, "m"));
    const { replicas } = JSON.parse(await slipway("status", "--json")) as {
      replicas: { service: string; image?: string; running?: string }[];
    };
    assert.deepEqual(
      replicas.flatMap(({ service, image, running }) =>
        service === "edge" ? [] : [[service, image, running]],
      ),
      [
        ["copied", `${stock.name}:kept`, first],
        ["hello", `${stock.name}:1`, second],
      ],
    );
    const weighed = new RegExp(`^hello ${OWN_PLATFORM}: .* since the last release$`, "m");
    assert.match(await slipway("sizes"), weighed);
    const pruned = JSON.parse(await slipway("prune", "--json")) as {
      images: { service: string; outcome: string }[];
    };
    const kept = pruned.images.filter(({ service }) => service !== "edge");
    assert.deepEqual(kept.map(({ service, outcome }) => `${service} ${outcome}`).sort(), [
      "copied kept",
      "hello kept",
      "hello kept",
    ]);
    assert.equal(await slipway("build"), "");
    for (const verb of ["build", "tag"]) {
      const { code, text } = await fleet.slipway(verb, "hello");
      assert.equal(code, 1);
      assert.match(text, /services\/hello: nothing to build or tag, its image is "/);
    }
    assert.match((await fleet.slipway("record")).text, /nothing is built yet/);
    assert.equal(await slipway("pins"), "");
  });

  it("run one of their platforms by its own manifest, where that is chosen", async () => {
    declare({ platform: FOREIGN });
    const key = `${stock.name}:1 ${FOREIGN}`;
    assert.match(await slipway("lock"), new RegExp(`^\\+ ${key} sha256:[0-9a-f]{64}$`, "m"));
    await fleet.up();
    assert.equal(await image("hello"), `${stock.name}@${lock()[key]?.digest}`);
    assert.equal(await answer(), MACHINES[FOREIGN]);
    assert.deepEqual(await fleet.up(), {});
  });
});
