import assert from "node:assert/strict";
import fc from "fast-check";
import { bytesFreed, prunedIn, releaseRepository } from "../../../../host/scripts/retention.ts";

/** As https://github.com/distribution/reference has it, without a registry before it. */
const REPOSITORY = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

describe("the repository of a stack's releases", () => {
  it("is a repository's name for each name that Pulumi lets a project and a stack have", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);
    fc.assert(
      fc.property(name, name, (project, stack) => {
        const repository = `${releaseRepository(project, stack)}/web`;
        assert.match(repository, REPOSITORY);
        assert.ok(repository.length < 128);
      }),
    );
  });

  it("is readable, and another one for another stack, however alike the names", () => {
    assert.equal(releaseRepository("fleet", "prod"), "slipway/fleet-prod-018ce34f");
    const pairs = [
      ["fleet", "prod"],
      ["Fleet", "prod"],
      ["fleet_prod", "_"],
      ["fleet", "prod."],
      ["fleet-prod", "prod"],
      ["fleet", "prod-prod"],
    ] as const;
    assert.equal(
      new Set(pairs.map(([project, stack]) => releaseRepository(project, stack))).size,
      pairs.length,
    );
  });
});

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
    assert.deepEqual(prunedIn(printed), [
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
    assert.equal(bytesFreed(prunedIn(printed)), 2000);
  });
});
