import assert from "node:assert/strict";
import { bytesFreed, parsePruned } from "../../../../host/scripts/prune.ts";

describe("what prune printed", () => {
  const hex = "ab".repeat(32);
  const digest = `sha256:${hex}`;
  const printed = `removed slipway/fleet-prod-1234abcd/web:12-${hex} sha256:1 1500
removed slipway/fleet-prod-1234abcd/web:0-${hex} sha256:1 1500
removed 10.0.0.1:5000/acme/my-web@sha256:${hex} sha256:2 500
untagged slipway/fleet-prod-1234abcd/edge:3-${hex} sha256:3 700 tagged backup:mine
kept slipway/fleet-prod-1234abcd/web:13-${hex} sha256:4 800
Error: a line of docker's own
`;

  it("tells of each image, a failed one and one without cutover without a number", () => {
    assert.deepEqual(parsePruned(printed), [
      { service: "web", digest, outcome: "removed", release: 12, image: "sha256:1", bytes: 1500 },
      { service: "web", digest, outcome: "removed", image: "sha256:1", bytes: 1500 },
      { service: "my-web", digest, outcome: "removed", image: "sha256:2", bytes: 500 },
      {
        ...{ service: "edge", digest, outcome: "untagged", release: 3, image: "sha256:3", bytes: 700 },
        why: "tagged backup:mine",
      },
      { service: "web", digest, outcome: "kept", release: 13, image: "sha256:4", bytes: 800 },
    ]);
  });

  it("frees the bytes of what was removed, an image with two tags once", () => {
    assert.equal(bytesFreed(parsePruned(printed)), 2000);
  });
});
