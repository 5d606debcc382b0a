import assert from "node:assert/strict";
import {
  type UpdateContext,
  isMeasured,
  metricsOf,
  parseLines,
} from "../../../../model/metrics/update-metrics.ts";
import type { Change } from "../../../../model/history/releases.ts";
import type { Update } from "../../../../model/history/update.ts";

const update: Update = {
  number: 7,
  kind: "update",
  result: "succeeded",
  started: "2026-05-04T10:00:00.000Z",
  ended: "2026-05-04T10:00:12.000Z",
  commit: "26c7d59",
  message: "token is hunter2",
  author: "Ann",
  resourceChanges: { same: 3, replace: 1 },
};
const change = (digest: string): Change => ({
  service: "web",
  outcome: "rolled",
  image: `ghcr.io/acme/web@${digest}`,
  pinned: false,
  answering: [],
  live: false,
});
const layer = (digest: string, size: number) => ({ digest, size, by: "" });
const IMAGES: Record<string, ReturnType<UpdateContext["sizes"]>> = {
  "sha256:old": [
    { platform: "linux/amd64", layers: [layer("base", 100), layer("app 1", 7)] },
    { platform: "linux/arm64", layers: [layer("base arm", 90)] },
  ],
  "sha256:new": [
    { platform: "linux/arm64", layers: [layer("base arm", 90)] },
    { platform: "linux/amd64", layers: [layer("base", 100), layer("app 2", 8)] },
  ],
};
const context = (more: Partial<UpdateContext> = {}): UpdateContext => ({
  changes: [change("sha256:new")],
  builds: [],
  phases: undefined,
  interrupted: false,
  sizes: (digest) => IMAGES[digest],
  before: () => "sha256:old",
  ...more,
});

describe("a line of metrics", () => {
  it("has what is known of an update, and no word of its message", () => {
    const line = metricsOf(update, context());
    assert.deepEqual(line, {
      started: "2026-05-04T10:00:00.000Z",
      number: 7,
      outcome: "succeeded",
      seconds: 12,
      commit: "26c7d59",
      changes: { same: 3, replace: 1 },
      services: [{ service: "web", outcome: "rolled", digest: "sha256:new", bytes: 108, newBytes: 8 }],
      builds: [],
      phases: undefined,
    });
    assert.doesNotMatch(JSON.stringify(line), /hunter2|Ann/);
  });

  it("counts all layers of a service's first release as new, and none where sizes are not known", () => {
    const sizes = (more: Partial<UpdateContext>) => {
      const [service] = metricsOf(update, context(more)).services ?? [];
      return [service?.bytes, service?.newBytes];
    };
    assert.deepEqual(sizes({ before: () => undefined }), [108, 108]);
    assert.deepEqual(sizes({ before: () => "sha256:lost" }), [108, undefined]);
    assert.deepEqual(sizes({ changes: [change("sha256:lost")] }), [undefined, undefined]);
  });

  it("says how it ended", () => {
    const ended = (result: Update["result"], interrupted: boolean) =>
      metricsOf({ ...update, result }, context({ interrupted })).outcome;
    assert.deepEqual(
      [ended("failed", false), ended("failed", true), ended("succeeded", true)],
      ["failed", "interrupted", "succeeded"],
    );
  });

  it("is for an up that has ended", () => {
    const others: Partial<Update>[] = [{ kind: "destroy" }, { result: "in-progress" }, { ended: undefined }];
    assert.deepEqual(
      [{}, ...others].map((more) => isMeasured({ ...update, ...more })),
      [true, false, false, false],
    );
  });

  it("is read though another was torn by a full disk", () => {
    assert.deepEqual(parseLines('{"a":1}\n{"b":\n{"c":3}\n'), [{ a: 1 }, { c: 3 }]);
  });
});
