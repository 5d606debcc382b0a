import assert from "node:assert/strict";
import {
  type PastBuild,
  buildOf,
  buildsBetween,
  cacheHits,
  imageOf,
} from "../../../../model/metrics/builds.ts";

const past = (more: Partial<PastBuild> = {}): PastBuild => ({
  ref: "lab/lab0/abc",
  name: ".slipway/context/web-d770aa6afb172eb4d770aa6afb172eb4/web-d770aa6afb172eb4d770aa6afb172eb4",
  created_at: "2026-01-02T00:00:01.5Z",
  completed_at: "2026-01-02T00:00:04Z",
  cached_steps: 3,
  total_steps: 4,
  status: "Completed",
  ...more,
});

describe("a build", () => {
  it("is of the stack's images, and ended in the span", () => {
    const history = [
      past({ ref: "within" }),
      past({ ref: "before", created_at: "2026-01-01T00:00:00Z" }),
      past({ ref: "after", completed_at: "2026-01-02T00:00:06Z" }),
      past({ ref: "somebody else's", name: "." }),
      past({ ref: "under way", completed_at: undefined as unknown as string }),
    ]
      .map((build) => `${JSON.stringify(build)}\n`)
      .join("");
    const [from, to] = [Date.parse("2026-01-02T00:00:01Z"), Date.parse("2026-01-02T00:00:05Z")];
    assert.deepEqual(
      buildsBetween(`warning\n${history}`, from, to).map(({ ref }) => ref),
      ["within"],
    );
  });

  it("is known by its staged sources, also outside git, where buildx tells only the last name, and with a target", () => {
    const hash = "d770aa6afb172eb4".repeat(2);
    const staged = `.slipway/context/web-ui-${hash}`;
    for (const name of [
      `${staged}/web-ui-${hash}`,
      `sub/${staged}/web-ui-${hash} (final)`,
      `web-ui-${hash}`,
      `web-ui-${hash} (final)`,
    ])
      assert.equal(imageOf(name), "web-ui", name);
    for (const name of [".", "web", `services/web (${hash})`, "web-0123456789abcdef"])
      assert.equal(imageOf(name), undefined, name);
  });

  it("says how long it took and how long it pushed", () => {
    const push = { started: "2026-01-02T00:00:03Z", completed: "2026-01-02T00:00:03.25Z" };
    const statuses = ["pushing layers", "pushing manifest for web", "exporting layers"].map((id) => ({
      id,
      ...push,
    }));
    assert.deepEqual(buildOf(past(), `${JSON.stringify({ statuses })}\n`, ""), {
      image: "web",
      seconds: 2.5,
      pushSeconds: 0.5,
      steps: 4,
      cachedSteps: 3,
      outcome: "pushed",
      refused: false,
    });
  });

  it("says whether it or its push failed, and whether a registry refused the login", () => {
    // As BuildKit 0.30 words it.
    const cases = [
      ['process "/bin/sh -c false" did not complete successfully: exit code: 1', "not built", false],
      ["failed to push h/web:1: failed to do request: connect: connection refused", "not pushed", false],
      ["failed to push h/web:1: unexpected status from HEAD request: 401 Unauthorized", "not pushed", true],
      ["h/base: pull access denied, repository does not exist", "not built", true],
    ] as const;
    for (const [message, outcome, refused] of cases) {
      const build = buildOf(past({ status: "Error" }), "", message);
      assert.deepEqual([build.outcome, build.refused, build.pushSeconds], [outcome, refused, undefined]);
    }
  });

  it("is told with its cache hits", () => {
    assert.deepEqual(cacheHits([buildOf(past(), "", "")]), ["web: 3 of 4 build steps from a cache (75 %)"]);
  });
});
