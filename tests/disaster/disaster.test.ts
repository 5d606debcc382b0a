import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "../../model/data/backup.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { startBucket } from "./bucket.ts";
import { LostFleet } from "./fleet.ts";

const WEB = "tests/faults/fleet/web/web.py";
/** Names, owners, modes, links, and a file of more than one part of an upload. */
const FILL = `cd /data && mkdir -p .hidden/deep && echo precious >.hidden/deep/file && ln -s .hidden/deep/file link &&
  ln .hidden/deep/file hard && chown 1001:33 hard && chmod 640 hard && chown 1001:1001 . && chmod 2750 . &&
  head -c 40000000 /dev/urandom >big`;
const LOOK = "cd /data && find . -printf '%P %U:%G %m %y %l\\n' | sort && md5sum big hard link";

describe("a fleet whose data is lost", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: LostFleet;
  let data: string;

  before(async () => {
    fleet = await LostFleet.up();
    await fleet.inStore(FILL);
    data = await fleet.inStore(LOOK);
  });

  after(async () => {
    await fleet.destroy();
  });

  it("has a backup of a service, which was stopped for it and goes on", async () => {
    const before = await fleet.ids();
    const { code, stdout, text } = await fleet.slipway("backup", "store", "--json");
    assert.equal(code, 0, text);
    assert.match(text, /^store: stopped\n(store: [\d.]+ MB\n)*store: started again\n/);
    const { file, volumes, image, tarBytes, fileBytes } = JSON.parse(stdout) as Manifest & { file: string };
    assert.deepEqual(volumes, ["data", "more"]);
    assert.equal(image, (await fleet.images())["store.0"]);
    const { size, mode } = statSync(file);
    assert.deepEqual([size, mode & 0o777], [fileBytes, 0o600]);
    assert.ok(tarBytes > 40_000_000);
    assert.deepEqual(await fleet.ids(), before);
    assert.deepEqual(Object.keys(await fleet.containers()).sort(), ["edge", "pair", "store", "web"]);
    assert.equal(await fleet.inStore(LOOK), data);
  });

  it("has a volume filled with a copy of another on its host, which stays as it is and must not be in use", async () => {
    const image = (await fleet.images())["store.0"] ?? "";
    const of = ["--volume", "shop_data:/data", "--user", "0:0", "--entrypoint", "sh", image, "-c"];
    const inOriginal = (script: string) => fleet.host.run("docker", "run", "--rm", ...of, script);
    await inOriginal(FILL);
    const original = await inOriginal(LOOK);
    const before = await fleet.ids();
    const user = (await fleet.host.run("docker", "run", "--detach", ...of, "sleep 600")).trim();
    const refused = await fleet.slipway("copy-volumes", "store", "more=shop_data", "--yes");
    assert.equal(refused.code, 1, refused.text);
    assert.match(refused.text, /shop_data: is in use, so its files may not be at rest; run docker stop \w+/);
    assert.doesNotMatch(refused.text, /store: stopped/);
    await fleet.host.run("docker", "rm", "--force", user);
    const missing = await fleet.slipway("copy-volumes", "store", "more=nothing", "--yes");
    assert.match(missing.text, /No such volume: nothing/);

    const { code, stdout, text } = await fleet.slipway("copy-volumes", "store", "more=shop_data", "--yes");
    assert.equal(code, 0, text);
    assert.equal(stdout, "store: more is a copy of shop_data\n");
    assert.match(text, /^store: stopped\nstore: copying\nstore: started again$/m);
    assert.deepEqual(await fleet.ids(), before);
    assert.equal((await fleet.inStore(LOOK.replace("/data", "/var/more"))).trim(), original.trim());
    assert.equal(await fleet.inStore(LOOK), data);
    assert.equal(await inOriginal(LOOK), original);
    await fleet.host.run("docker", "volume", "rm", "shop_data");
  });

  it("has its edge's own files put back by slipway up, and status says which are not as they were", async () => {
    const { edge = "" } = await fleet.containers();
    await fleet.must(
      "docker",
      "exec",
      edge,
      "sh",
      "-c",
      "cd /routes && rm edge.middlewares.yml edge.certificate.yml",
    );
    const { code, stdout } = await fleet.slipway("status");
    assert.equal(code, 2, stdout);
    for (const file of ["settings", "certificate"])
      assert.match(
        stdout,
        new RegExp(`^lab-1: missing: the edge's ${file} file is not there. Mended by: slipway up$`, "m"),
      );
    await fleet.slips("up");
    assert.equal(await fleet.answer(), "web v0");
    const { code: mended, text } = await fleet.slipway("status");
    assert.equal(mended, 0, text);
    assert.deepEqual(await fleet.up(), {});
  });

  it("is brought back by one up --refresh with the same digests, and by restore with its data", async () => {
    const before = await fleet.images();
    await fleet.wipeHost();
    await fleet.must("pulumi", "up", "--refresh", "--yes", "--skip-preview");
    assert.deepEqual(await fleet.images(), before);
    assert.equal(await fleet.answer(), "web v0");
    assert.deepEqual(await fleet.up(), {});
    assert.equal(await fleet.inStore("ls -A /data"), "");
    await fleet.slips("restore", "store", "--yes");
    assert.equal(await fleet.inStore(LOOK), data);
    assert.deepEqual(await fleet.up(), {});
  });

  it("loses nothing to a backup that is damaged, torn or another service's", async () => {
    const refused = async (expected: RegExp, ...args: string[]) => {
      const { code, text } = await fleet.slipway("restore", "store", "--yes", ...args);
      assert.equal(code, 1, text);
      assert.match(text, expected);
      assert.equal(await fleet.inStore(LOOK), data);
    };
    const folder = join(fleet.folder, "volume-backups/slipway/disaster/store");
    const [manifest = "", file = ""] = readdirSync(folder).sort();
    const whole = readFileSync(join(folder, file));
    writeFileSync(join(folder, file), whole.subarray(0, -1));
    await refused(/: damaged, got \d+ bytes .* Nothing was done/);
    writeFileSync(join(folder, file), whole);
    const text = readFileSync(join(folder, manifest), "utf8");
    writeFileSync(join(folder, manifest), text.replace('"service": "store"', '"service": "web"'));
    await refused(/: is of slipway\/web; expected slipway\/store$/m);
    writeFileSync(join(folder, manifest), text);
    await refused(/: no such backup; expected \d{4}-/, "2020-01-01T00-00-00Z");
    await refused(/elsewhere\/\S+: no backup of store is there/, "--from", "elsewhere");
    assert.match((await fleet.slipway("backup", "web")).text, /^web: has no volumes; expected store$/m);
  });

  it("keeps backups in a bucket, in parts, and has them back", async () => {
    const bucket = await startBucket(join(fleet.folder, "../bucket"));
    const slips = async (...args: string[]) => {
      const { ended } = fleet.start(process.execPath, ["cli/slipway.mjs", ...args], bucket.environment);
      const { code, stdout, text } = await ended;
      assert.equal(code, 0, text);
      return stdout;
    };
    try {
      await slips("backup", "store", "--to", "s3://safe/of/fleet");
      const found = JSON.parse(
        await slips("backups", "store", "--from", "s3://safe/of/fleet/", "--json"),
      ) as Manifest[];
      assert.deepEqual(
        found.map(({ volumes }) => volumes),
        [["data", "more"]],
      );
      await fleet.inStore("rm -r /data/big /data/.hidden && echo new >/data/stranger");
      await slips("restore", "store", "--from", "s3://safe/of/fleet", "--yes");
      assert.equal(await fleet.inStore(LOOK), data);
    } finally {
      bucket.stop();
    }
    const { code, text } = await fleet.slipway("backups", "store", "--from", "ftp://there");
    assert.deepEqual(
      [code, text],
      [1, "ftp://there: no place for backups, got ftp://; expected a folder, or s3://bucket/prefix\n"],
    );
  });

  it("answers by IPv6 at a published port, and a refresh that finds both addresses of it rolls nothing", async () => {
    const ask = 'exec 3<>/dev/tcp/::1/7200; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; head -n 1 <&3';
    assert.match(await fleet.host.run("bash", "-c", ask), /^HTTP\/1\.[01] 200 /);
    const ids = await fleet.ids();
    await fleet.must("pulumi", "up", "--yes", "--skip-preview", "--refresh");
    await fleet.must("pulumi", "preview", "--refresh", "--expect-no-changes");
    assert.deepEqual(await fleet.ids(), ids);
  });

  it("whose state is lost adopts what runs, pins what is of other sources, and rolls nothing", async () => {
    const [ids, state] = [await fleet.ids(), await fleet.must("pulumi", "stack", "export", "--show-secrets")];
    const token = (await fleet.inStore("printenv TOKEN")).trim();
    const inFile = (await fleet.inStore("cat /run/secrets/in-a-file")).trim();
    assert.ok(state.includes(token) && /^\w{32}$/.test(inFile));
    await fleet.loseState();
    fleet.edit(WEB, '"v0"', '"v1"');
    const dry = JSON.parse(await fleet.slips("adopt", "--dry-run", "--json")) as {
      containers: object[];
      pins: object;
    };
    assert.deepEqual([dry.containers.length, Object.keys(dry.pins)], [6, ["web"]]);
    const timed = (await fleet.phases()).length;
    const { code, text } = await fleet.slipway("adopt");
    assert.equal(code, 0, text);
    assert.equal((await fleet.phases()).length, timed + 2, "each of its two updates is timed");
    assert.deepEqual(await fleet.ids(), ids);
    const preview = await fleet.must("pulumi", "preview", "--non-interactive", "--expect-no-changes");
    assert.match(preview, /web .*pinned to sha256:[0-9a-f]+; newer source waits/);
    const adopted = await fleet.must("pulumi", "stack", "export");
    const shown = await fleet.must("pulumi", "stack", "export", "--show-secrets");
    for (const secret of [token, inFile]) {
      assert.ok(!adopted.includes(secret) && !text.includes(secret));
      assert.ok(shown.includes(secret));
    }
    assert.equal((await fleet.slipway("status")).code, 0);
    assert.match(await fleet.slips("adopt"), /^nothing runs that the state does not know$/m);
    await fleet.slips("unpin", "web");
    await fleet.up();
    assert.equal(await fleet.answer(), "web v1");
  });

  it("rolls nothing when ssh key, passphrase or the registry's account are others", async () => {
    const ids = await fleet.ids();
    await fleet.rotateKey();
    assert.deepEqual(await fleet.up(), {});
    await fleet.rotatePassphrase("another");
    assert.deepEqual(await fleet.up(), {});
    await fleet.rotateRegistry("another");
    assert.deepEqual(await fleet.up(), { "update pulumi:providers:docker": 1 });
    assert.deepEqual(await fleet.ids(), ids);
    // And all of it with the new ones: built, pushed, pulled.
    fleet.edit(WEB, /"v\d"/, '"v2"');
    await fleet.up();
    assert.equal(await fleet.answer(), "web v2");
    // As the lab's machine has it when it starts again.
    await fleet.rotateRegistry(fleet.host.lab.registryPassword);
    await fleet.up();
  });

  it("whose registry is wiped has the same digests built again, and its host can pull them", async () => {
    const [images, ids, answer] = [await fleet.images(), await fleet.ids(), await fleet.answer()];
    await fleet.wipeRegistry();
    const built = (await fleet.slips("build")).trim().split("\n");
    for (const service of ["web", "store", "pair"])
      assert.ok(built.includes(images[`${service}.0`] ?? ""), service);
    assert.deepEqual(await fleet.up(), {});
    assert.deepEqual(await fleet.ids(), ids);
    const web = images["web.0"] ?? "";
    await fleet.host.run(
      "sh",
      "-c",
      'docker rm -f $(docker ps -aq --filter ancestor="$1") && docker rmi "$1"',
      "sh",
      web,
    );
    await fleet.must("pulumi", "up", "--refresh", "--yes", "--skip-preview");
    assert.deepEqual(await fleet.images(), images);
    assert.equal(await fleet.answer(), answer);
  });

  it("whose older release is lost on the registry and the host builds it again from its commit", async () => {
    const [image, answer] = [(await fleet.images())["web.0"] ?? "", await fleet.answer()];
    fleet.commit("what answers");
    fleet.edit(WEB, /"v\d"/, '"v4"');
    fleet.commit("what answers next");
    await fleet.up();
    await fleet.wipeRegistry();
    await fleet.host.run("docker", "image", "prune", "--all", "--force");

    const lost = await fleet.slipway("rollback", "web");
    assert.equal(lost.code, 1, lost.text);
    assert.equal(await fleet.answer(), "web v4");
    const then = join(fleet.folder, "../then");
    fleet.git("worktree", "add", "--quiet", "--force", then, "HEAD~1");
    symlinkSync(join(fleet.folder, "node_modules"), join(then, "node_modules"));
    const built = await fleet.must("sh", "-c", 'cd "$1" && node cli/slipway.mjs build web', "sh", then);
    assert.equal(built.trim(), image);
    await fleet.slips("up");
    assert.equal((await fleet.images())["web.0"], image);
    assert.equal(await fleet.answer(), answer);
  });
});
