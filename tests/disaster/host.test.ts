import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "../../model/backup.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { LostFleet } from "./fleet.ts";

/** Names, owners, modes, links, and a file of more than one buffer. */
const FILL = `cd /data && mkdir -p .hidden/deep && echo precious >.hidden/deep/file && ln -s .hidden/deep/file link &&
  ln .hidden/deep/file hard && chown 1001:33 hard && chmod 640 hard && chown 1001:1001 . && chmod 2750 . &&
  head -c 3000000 /dev/urandom >big`;
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
    await fleet.must("pulumi", "destroy", "--yes", "--skip-preview");
  });

  it("has a backup of a service, which was stopped for it and goes on", async () => {
    const before = await fleet.ids();
    const { code, stdout, text } = await fleet.slipway("backup", "store", "--json");
    assert.equal(code, 0, text);
    assert.match(text, /^store: stopped\nstore: started again\n/);
    const { file, volumes, image, tarBytes, fileBytes } = JSON.parse(stdout) as Manifest & { file: string };
    assert.deepEqual(volumes, ["data", "more"]);
    assert.equal(image, (await fleet.images())["store.0"]);
    const { size, mode } = statSync(file);
    assert.deepEqual([size, mode & 0o777], [fileBytes, 0o600]);
    assert.ok(tarBytes > 3_000_000);
    assert.deepEqual(await fleet.ids(), before);
    assert.deepEqual(Object.keys(await fleet.containers()).sort(), ["edge", "pair", "store", "web"]);
    assert.equal(await fleet.inStore(LOOK), data);
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
    const folder = join(fleet.folder, "backups/slipway/disaster/store");
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
});
