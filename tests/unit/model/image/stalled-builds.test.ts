import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { BuildSteps, findEnded } from "../../../../model/image/stalled-builds.ts";
import type { PastBuild } from "../../../../model/metrics/builds.ts";

const HASH = "0123456789abcdef".repeat(2);
const START = Date.parse("2026-01-02T00:00:00Z");

/** An event of a step. */
function event(kind: keyof EngineEvent, name: string, op = "update", builder?: string): EngineEvent {
  const inputs = {
    context: { location: `.slipway/context/${name.replace(/-a..64$/, "")}-${HASH}` },
    ...(builder && { builder: { name: builder } }),
  };
  const type = "docker-build:index:Image";
  return {
    [kind]: { metadata: { op, urn: `urn:${name}`, type, new: { inputs } } },
  } as unknown as EngineEvent;
}

/** A build in a builder's list; one under way where it has no status. */
function build(image: string, status?: string, more: Partial<PastBuild> = {}): PastBuild {
  return {
    ref: "lab/lab0/abc",
    name: `.slipway/context/${image}-${HASH}/${image}-${HASH}`,
    created_at: "2026-01-02T00:00:01Z",
    ...(status && { completed_at: "2026-01-02T00:00:04Z" }),
    cached_steps: 0,
    total_steps: 1,
    status: status ?? "Running",
    ...more,
  };
}

function stepsAfter(...events: EngineEvent[]) {
  const steps = new BuildSteps();
  for (const one of events) steps.take(one, START);
  return steps.list();
}

describe("a build that is over while the plugin is still at it", () => {
  const [web, api] = [event("resourcePreEvent", "web"), event("resourcePreEvent", "api", "create")];

  it("is found by the builder's record, pushed or failed", () => {
    const found = findEnded(stepsAfter(web, api), [build("web", "Completed"), build("api", "Error")]);
    assert.deepEqual(found, [
      { urn: "urn:web", pushed: true },
      { urn: "urn:api", pushed: false },
    ]);
  });

  it("is none of a step that has ended, well or not, nor of one that builds nothing", () => {
    const same = event("resourcePreEvent", "same", "same");
    const ends = [event("resOutputsEvent", "web"), event("resOpFailedEvent", "api")];
    assert.deepEqual(stepsAfter(web, api, same, ...ends), []);
  });

  it("is none while anything is built: that would end with the plugin", () => {
    assert.deepEqual(findEnded(stepsAfter(web, api), [build("web", "Completed"), build("api")]), []);
  });

  it("does not wait for an image that is not begun, which a plugin that stands still never begins", () => {
    const found = findEnded(stepsAfter(web, api), [build("web", "Completed")]);
    assert.deepEqual(found, [{ urn: "urn:web", pushed: true }]);
  });

  it("is none of an earlier build of the same sources, of others' sources, of another builder", () => {
    const steps = stepsAfter(event("resourcePreEvent", "web", "update", "lab"));
    const earlier = build("web", "Completed", { created_at: "2026-01-01T23:59:59Z" });
    const others = build("web", "Completed", { name: "." });
    const elsewhere = build("web", "Completed", { ref: "far/far0/abc" });
    assert.deepEqual(findEnded(steps, [earlier, others, elsewhere]), []);
  });

  it("is looked for with each platform's own builder", () => {
    const parts = ["amd64", "arm64"].map((part) => event("resourcePreEvent", `web-${part}`, "update", part));
    const [here, there] = ["amd64/amd640/a", "arm64/arm640/b"].map((ref) => ({ ref }));
    assert.deepEqual(findEnded(stepsAfter(...parts), [build("web", "Completed", here)]), [
      { urn: "urn:web-amd64", pushed: true },
    ]);
    assert.deepEqual(
      findEnded(stepsAfter(...parts), [build("web", "Completed", here), build("web", undefined, there)]),
      [],
    );
  });
});
