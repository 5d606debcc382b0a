import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatLock, readLock, updateLock } from "../../../../model/image/lock.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-lock-"));

describe("the lock of external images", () => {
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const lock = { "debian:12": "sha256:old", gone: "sha256:g", same: "sha256:s" };
  const now = { "debian:12": "sha256:new", added: "sha256:a", same: "sha256:s" };

  it("takes in what is new, drops what is gone, and only names what is newer", () => {
    const { lock: next, changes } = updateLock(lock, now, false);
    assert.deepEqual(next, { "debian:12": "sha256:old", added: "sha256:a", same: "sha256:s" });
    assert.deepEqual(changes, [
      "- gone sha256:g",
      "newer: debian:12 sha256:old → sha256:new",
      "+ added sha256:a",
    ]);
  });

  it("takes the newer ones when it is to be updated", () => {
    const { lock: next, changes } = updateLock(lock, now, true);
    assert.deepEqual(next, now);
    assert.equal(changes[1], "~ debian:12 sha256:old → sha256:new");
    assert.deepEqual(updateLock(next, now, true).changes, []);
  });

  it("takes in what is to be known of an image that a service runs now, whose digest is the same", () => {
    const same = { digest: "sha256:s", platforms: ["linux/amd64"] };
    const found = updateLock(lock, { ...lock, same }, false);
    assert.deepEqual(found, { lock: { ...lock, same }, changes: [] });
    const newer = { digest: "sha256:n", platforms: ["linux/amd64"] };
    assert.deepEqual(updateLock({ same }, { same: newer }, false), {
      lock: { same },
      changes: ["newer: same sha256:s → sha256:n"],
    });
    assert.deepEqual(updateLock({ same }, { same: newer }, true).lock, { same: newer });
  });

  it("is written in order, whatever the order of the images", () => {
    assert.equal(formatLock({ b: "2", a: "1" }), '{\n  "a": "1",\n  "b": "2"\n}\n');
  });

  it("is read with all that is wrong with it; a project without one has none", () => {
    const file = join(folder, "slipway.lock.json");
    assert.deepEqual(readLock(file), { lock: {}, problems: [] });
    const digest = `sha256:${"0a".repeat(32)}`;
    const good = { debian: digest, postgres: { digest, platforms: [], volumes: ["/data"] } };
    writeFileSync(file, formatLock(good));
    assert.deepEqual(readLock(file), { lock: good, problems: [] });
    writeFileSync(file, '{ "debian": "sha256:12", "postgres": {} }');
    assert.deepEqual(readLock(file).problems, [
      "slipway.lock.json/debian: must be sha256:… with 64 digits",
      "slipway.lock.json/postgres: must be a digest, or {digest, platforms, volumes, user}",
    ]);
    writeFileSync(file, "<<<<<<<");
    assert.match(
      readLock(file).problems.join(),
      /^slipway\.lock\.json: not JSON: .*\. Take it from git again$/,
    );
  });
});
