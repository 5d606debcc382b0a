import assert from "node:assert/strict";
import { isWholeDigest, shortDigest } from "../../../lib/digest.ts";

const HEX = "0123456789abcdef".repeat(4);

describe("digest", () => {
  it("is shortened to 12 digits, whether of an image, a digest or a container's id", () => {
    for (const text of [`ghcr.io:443/acme/web@sha256:${HEX}`, `sha256:${HEX}`, HEX])
      assert.equal(shortDigest(text), "0123456789ab", text);
  });

  it("is whole with all of its 64 digits", () => {
    const texts = [`sha256:${HEX}`, `sha256:${HEX}0`, `sha256:${HEX.slice(1)}`, HEX, `web@sha256:${HEX}`];
    assert.deepEqual(texts.map(isWholeDigest), [true, false, false, false, false]);
  });
});
