import assert from "node:assert/strict";
import fc from "fast-check";
import { project } from "./arbitrary.ts";
import { OPTIONS } from "./options.ts";
import { silentPlaces } from "./silent-places.ts";

describe("what a Compose file says", () => {
  it("is in the entries or on the list, key by key: where it is not on the list, another value makes other entries", () => {
    fc.assert(
      fc.property(project, (compose) => {
        assert.deepEqual(silentPlaces(compose, OPTIONS), []);
      }),
      { numRuns: 200, endOnFailure: true },
    );
  }).timeout(120_000);
});
