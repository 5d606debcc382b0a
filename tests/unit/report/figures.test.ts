import assert from "node:assert/strict";
import fc from "fast-check";
import type { ReportData } from "../../../report/data.ts";
import { figures } from "../../../report/figures.ts";
import { build, release, reportData, update } from "./data.ts";

const figure = (name: string, data: Partial<ReportData>) => {
  const found = figures(reportData(data)).find((each) => each.name === name);
  assert.ok(found, name);
  return [found.value, found.verdict, found.over] as const;
};
const updates = (good: number, bad: number) => [
  ...Array.from({ length: good }, () => update()),
  ...Array.from({ length: bad }, () => update({ outcome: "failed" })),
];
const layer = (digest: string, size: number) => ({ digest, size, by: "" });

describe("figures", () => {
  it("are not known of a stack that has done nothing, and say how to come to know them", () => {
    for (const each of figures(reportData())) {
      assert.deepEqual([each.value, each.verdict], ["not known", "not known"]);
      assert.ok(each.over.length > 5, each.name);
    }
  });

  it("count as deployments what had something to do, and an interrupted one as not succeeded", () => {
    const name = "Deployments that succeed";
    const idle = update({ changes: { same: 9 } });
    assert.deepEqual(figure(name, { metrics: [...updates(96, 4), idle] }).slice(0, 2), ["96 %", "met"]);
    assert.deepEqual(figure(name, { metrics: updates(95, 5) }).slice(0, 2), ["95 %", "missed"]);
    const lost = release({ number: undefined, result: "interrupted", started: "2026-05-03T09:00:00Z" });
    assert.deepEqual(figure(name, { metrics: updates(1, 0), releases: [lost] }), [
      "50 %",
      "missed",
      "1 of 2 updates that had something to do, 4 May; 1 interrupted or still under way",
    ]);
    // The one that slipway up saw die has its line.
    const killed = update({ outcome: "killed", started: "2026-05-03T08:59:55Z" });
    assert.deepEqual(figure(name, { metrics: [killed], releases: [lost] }).slice(0, 1), ["0 %"]);
  });

  it("tell pushes from builds that did not come to push", () => {
    const builds = [
      build(),
      build({ outcome: "not built" }),
      build({ outcome: "not pushed", refused: true }),
    ];
    const data = { metrics: [update({ builds })] };
    assert.deepEqual(figure("Pushes that succeed", data), ["50 %", "missed", "2 images pushed, 4 May"]);
    assert.deepEqual(figure("Logins a registry refused", data).slice(0, 2), ["1", "missed"]);
    assert.deepEqual(
      figure("Logins a registry refused", { metrics: [update({ builds: [build()] })] }).slice(0, 2),
      ["0", "met"],
    );
  });

  it("judge builds by the slowest, and caches by all steps", () => {
    const builds = [1, 2, 600].map((seconds) => build({ seconds }));
    const data = { metrics: [update({ builds })] };
    assert.deepEqual(figure("Time of a build", data).slice(0, 2), ["2 s median", "missed"]);
    assert.deepEqual(figure("Build steps from a cache", data), [
      "90 %",
      "met",
      "27 of 30 steps in 3 builds, 4 May",
    ]);
  });

  it("weigh what runs, and each layer in the registry once", () => {
    const sizes = {
      "sha256:a": [{ platform: "linux/amd64", layers: [layer("base", 400e6), layer("a", 100e6)] }],
      "sha256:b": [{ platform: "linux/amd64", layers: [layer("base", 400e6), layer("b", 50e6)] }],
    };
    const live = (digest: string) => [{ service: "web", answering: [`h/web@${digest}`], since: "" }];
    assert.deepEqual(figure("Heaviest image", { sizes, live: live("sha256:a") }).slice(0, 2), [
      "500.0 MB",
      "missed",
    ]);
    assert.deepEqual(figure("Heaviest image", { sizes, live: live("sha256:b") }).slice(0, 2), [
      "450.0 MB",
      "met",
    ]);
    // More may be kept there than is known here: little proves nothing, too much does.
    assert.deepEqual(figure("Kept in the registry", { sizes }).slice(0, 2), ["at least 550.0 MB", "none"]);
    const huge = { "sha256:c": [{ platform: "linux/amd64", layers: [layer("c", 10e9)] }] };
    assert.deepEqual(figure("Kept in the registry", { sizes: huge }).slice(0, 2), [
      "at least 10.0 GB",
      "missed",
    ]);
  });

  it("give the registry's own words on what may be pulled, or why there are none", () => {
    const pullLimit = { limit: 100, remaining: 76, windowSeconds: 21600 };
    const [left] = figure("Pulls left", { registry: { name: "docker.io", pullLimit, problem: "" } });
    assert.equal(left, "76 of 100");
    const [, , why] = figure("Pulls left", { registry: { name: "ghcr.io", problem: "no route to host" } });
    assert.equal(why, "no route to host");
  });

  it("never say 100 % where one of many has failed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (good) => {
        const [value] = figure("Deployments that succeed", { metrics: updates(good, 1) });
        return value !== "100 %";
      }),
      { numRuns: 30 },
    );
  });
});
