import assert from "node:assert/strict";
import { formatLock, updateLock } from "../../../../model/image/base-lock.ts";

describe("the lock of external images", () => {
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

  it("is written in order, whatever the order of the images", () => {
    assert.equal(formatLock({ b: "2", a: "1" }), '{\n  "a": "1",\n  "b": "2"\n}\n');
  });
});
