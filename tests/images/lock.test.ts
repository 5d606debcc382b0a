import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockedDigest, readLock } from "../../model/image/lock.ts";
import { startMachine, stopMachine } from "../../lab/index.ts";
import { testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { BuildFleet } from "./fleet.ts";

const STALE = `sha256:${"ab".repeat(32)}`;

describe("external images", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: BuildFleet;
  let file: string;
  let untouched: string;
  const IMAGE = "debian:bookworm-slim";
  const locked = () => lockedDigest(readLock(file).lock, IMAGE);

  before(async function () {
    const { lab } = await testLab();
    // Where docker.io answers, the lab has no base images of its own, and the lock is the committed one.
    fleet = await BuildFleet.make("lock", "lock");
    file = lab.mirror ? join(lab.dir, "lock.json") : join(fleet.folder, "slipway.lock.json");
    untouched = readFileSync(file, "utf8");
    await fleet.stack("lock", "lock", { platforms: "linux/amd64" });
  });

  after(async () => {
    // The lab's is that of the sample fleet too.
    writeFileSync(file, untouched);
    await fleet.remove();
  });

  it("are pinned by slipway lock, which tells what is new and moves nothing by itself", async () => {
    writeFileSync(file, "{}\n");
    const first = await fleet.slipway("lock");
    assert.match(first.stdout, /^\+ debian:bookworm-slim sha256:[0-9a-f]{64}\n$/, first.text);
    const digest = locked() ?? "";
    writeFileSync(file, JSON.stringify({ [IMAGE]: STALE }));
    const second = await fleet.slipway("lock");
    assert.equal(second.stdout, `newer: debian:bookworm-slim ${STALE} → ${digest}\n`);
    assert.equal(locked(), STALE);
    const third = await fleet.slipway("lock", "--update");
    assert.equal(third.stdout, `~ debian:bookworm-slim ${STALE} → ${digest}\n`);
    assert.equal(locked(), digest);
  });

  it("are built on by the digest in the lock, not by what their tag says", async () => {
    fleet.builderCalls();
    const { code, text } = await fleet.slipway("build", "ground");
    assert.equal(code, 0, text);
    const digest = locked() ?? "";
    const [call = ""] = fleet.builderCalls();
    assert.ok(
      call.includes(`debian:bookworm-slim=docker-image://docker.io/library/debian:bookworm-slim@${digest}`),
      call,
    );
    writeFileSync(file, JSON.stringify({ [IMAGE]: STALE }));
    const stale = await fleet.slipway("build", "ground");
    assert.notEqual(stale.code, 0);
    assert.match(stale.text, new RegExp(`${STALE}.*not found`));
    writeFileSync(file, JSON.stringify({ [IMAGE]: digest }));
  });
});

describe("a builder for each platform, and caches", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: BuildFleet;
  const target = ["--target", "**::ground*", "--target", "**::lab-1*", "--yes", "--skip-preview"];

  before(async () => {
    const { lab } = await testLab();
    fleet = await BuildFleet.make("parts", "parts");
    const builder = `linux/amd64 lab\nlinux/arm64 unix://${lab.builderSocket}`;
    await fleet.stack("parts", "parts", { builder, caches: "registry" });
  });

  after(() => fleet.remove());

  it("write no cache in a preview", async () => {
    await fleet.must("pulumi", "preview");
    assert.equal(await fleet.repository("parts/ground").digest("cache-ground-amd64"), undefined);
  });

  it("give one index of both parts, the same by slipway build, out of the cache when the builder has lost its own", async () => {
    await fleet.must("pulumi", "up", ...target);
    assert.deepEqual(
      fleet
        .builderCalls()
        .map((call) => call.split(" ")[0])
        .sort(),
      ["build", "build", "create", "imagetools"],
    );
    assert.ok(await fleet.repository("parts/ground").digest("cache-ground-arm64"));
    const state = await fleet.must("pulumi", "stack", "export");
    const ref = /"ref": "([^"]+\/ground@sha256:[0-9a-f]{64})"/.exec(state)?.[1] ?? "none";
    const index = await fleet.repository("parts/ground").manifest(ref.replace(/^.*@/, ""));
    const { manifests } = JSON.parse(String(index?.body)) as {
      manifests: { platform: { architecture: string } }[];
    };
    assert.deepEqual(manifests.map(({ platform }) => platform.architecture).sort(), ["amd64", "arm64"]);

    await fleet.must("docker-buildx", "prune", "--all", "--force");
    const { stdout, text } = await fleet.slipway("build", "ground");
    assert.equal(stdout, `${ref}\n`);
    assert.match(text, /CACHED/);
  });

  it("are refreshed without the registry", async () => {
    const { lab } = await testLab();
    await stopMachine(lab, "registry");
    try {
      await fleet.must("pulumi", "refresh", "--yes", "--skip-preview");
      assert.match(await fleet.must("pulumi", "stack", "export"), /"ref": "[^"]+\/ground@sha256:/);
    } finally {
      await startMachine(lab, "registry", () => undefined);
    }
    fleet.builderCalls();
    await fleet.must("pulumi", "up", ...target);
    assert.deepEqual(fleet.builderCalls(), []);
  });
});
