import assert from "node:assert/strict";
import fc from "fast-check";
import { releaseRepository } from "../../../../host/scripts/retention.ts";

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
