import assert from "node:assert/strict";
import type { Change, Release } from "../../../../model/history/releases.ts";
import {
  type ReleaseSelector,
  broughtBy,
  findRelease,
  pinTo,
  parseSelector,
} from "../../../../model/history/rollback.ts";

type Content = "a" | "b" | "c";
const digest = (content: Content) => `sha256:${content.repeat(64)}`;

function web(number: number, content: Content, more: Partial<Change> = {}): Change {
  return {
    service: "web",
    outcome: "rolled",
    image: `ghcr.io/acme/web@${digest(content)}`,
    hash: content,
    pinned: false,
    answering: [],
    since: `time ${number}`,
    entry: { name: "web", version: `${number}.0.0`, build: {} },
    live: false,
    ...more,
  };
}
/** An update from the commit of its number, seven times. */
const update = (number: number | undefined, ...changes: Change[]): Release => ({
  ...{ number, kind: "update", result: "succeeded", commit: String(number ?? "?").repeat(7), changes },
});

/** Newest first: b failed once, then rolled; update 4 changed nothing of web; then c. */
const HISTORY = [
  update(5, web(5, "c")),
  update(4),
  update(3, web(3, "b")),
  update(2, web(2, "b", { outcome: "failed" })),
  update(1, web(1, "a")),
];
const found = (wanted: ReleaseSelector, releases = HISTORY, since?: string) => {
  const step = findRelease(releases, "web", wanted, since ? { digest: digest("b"), since } : undefined);
  return step?.release.number;
};
const before: ReleaseSelector = { kind: "before", config: false };

describe("the release that is meant", () => {
  it("is by itself what answered before what answers now", () => {
    assert.equal(found(before), 3);
    assert.equal(found({ kind: "live" }), 5);
  });

  it("is after a rollback the one before the release gone back to, not the one left", () => {
    const back = [update(6, web(6, "b", { pinned: true })), ...HISTORY];
    assert.equal(found(before, back, "time 3"), 1);
    // Unpinned and rolled forward since, time alone tells.
    assert.equal(found(before, [update(7, web(7, "c")), ...back]), 6);
  });

  it("is not one of the same digest, unless its configuration counts and was another", () => {
    const again = [update(6, web(6, "c", { entry: { name: "web" } })), ...HISTORY];
    assert.equal(found(before, again), 3);
    assert.equal(found({ kind: "before", config: true }, again), 5);
  });

  it("is the last whole one, where only some replicas have rolled", () => {
    assert.equal(found(before, [update(6, web(6, "a", { outcome: "partly" })), ...HISTORY]), 5);
  });

  it("is by an update or its commit what answered when that had ended", () => {
    const answered = [5, 4, 3, 2, 1].map((number) => found({ kind: "update", number }));
    assert.deepEqual(answered, [5, 3, 3, 1, 1]);
    assert.equal(found({ kind: "commit", commit: "4444" }), 3);
    assert.equal(found({ kind: "update", number: 9 }), undefined);
  });

  it("is by a commit not the rollback that was run from it", () => {
    const back = { ...update(6, web(6, "a", { pinned: true })), commit: "5555555" };
    assert.equal(found({ kind: "commit", commit: "5555555" }, [back, ...HISTORY]), 5);
  });

  it("is by a commit not that rollback either when an up from the commit has followed it", () => {
    const back = { ...update(6, web(6, "a", { pinned: true })), commit: "5555555" };
    const nothing = { ...update(7), commit: "5555555" };
    assert.equal(found({ kind: "commit", commit: "5555555" }, [nothing, back, ...HISTORY]), 5);
    // It was pinned by an earlier one, and so did answer.
    assert.equal(found({ kind: "commit", commit: "7777777" }, [update(7), back, ...HISTORY]), 6);
  });

  it("is none by an update or its commit when nothing answered then", () => {
    const gone = web(6, "c", { outcome: "removed", image: undefined, since: undefined });
    const removed = [update(7), update(6, gone), ...HISTORY];
    assert.equal(found({ kind: "update", number: 7 }, removed), undefined);
    assert.equal(found({ kind: "commit", commit: "6666666" }, removed), undefined);
    assert.equal(found({ kind: "update", number: 5 }, removed), 5);
  });

  it("is after a rollback that failed again what it was to go back to, and not the one before", () => {
    const failed = update(6, web(6, "b", { pinned: true, outcome: "failed" }));
    const pin = { digest: digest("b"), since: "time 3" };
    assert.equal(findRelease([failed, ...HISTORY], "web", before, pin)?.release.number, 3);
  });

  it("is by version or digest the last that had it", () => {
    assert.equal(found({ kind: "version", version: "3.0.0" }), 3);
    assert.equal(found({ kind: "version", version: "2.0.0" }), undefined);
    assert.equal(found({ kind: "digest", digest: "sha256:bbb" }), 3);
  });

  it("is none where the history has none", () => {
    assert.equal(found(before, HISTORY.slice(4)), undefined);
    assert.equal(found(before, []), undefined);
  });
});

it("--to tells a number, a digest, a commit and a version apart", () => {
  assert.deepEqual(parseSelector("12", undefined), { kind: "update", number: 12 });
  assert.deepEqual(parseSelector("sha256:0123", undefined), { kind: "digest", digest: "sha256:0123" });
  assert.deepEqual(parseSelector("v1", "0123456"), { kind: "commit", commit: "0123456" });
  assert.deepEqual(parseSelector("0123abc", undefined), { kind: "commit", commit: "0123abc" });
  assert.deepEqual(parseSelector("1.2.3", undefined), { kind: "version", version: "1.2.3" });
});

it("a pin has digest, content hash and where they are from; its entry only if asked for, without its build", () => {
  const step = { release: update(3), change: web(3, "b") };
  const pin = { digest: digest("b"), hash: "b", release: 3, commit: "3333333", since: "time 3" };
  assert.deepEqual(pinTo(step, false, undefined), pin);
  assert.deepEqual(pinTo(step, true, "slow"), {
    ...{ ...pin, why: "slow" },
    entry: { name: "web", version: "3.0.0" },
  });
});

it("a pin of a stock image has where that was pulled from, and its entry not which one it is", () => {
  const image = `postgres@${digest("b")}`;
  const entry = { name: "web", image: "postgres:17", mirror: true, replicas: 2 };
  const change = { ...web(3, "b"), image, hash: digest("b"), entry };
  const pin = pinTo({ release: update(3), change }, true, undefined);
  assert.equal(pin.repository, "postgres");
  assert.equal(pin.hash, digest("b"));
  assert.deepEqual(pin.entry, { name: "web", replicas: 2 });
});

describe("what a release brought", () => {
  const api = (number: number, content: Content) => ({ ...web(number, content), service: "api" });
  const entry = web(3, "b").entry;
  const releases = [
    update(6, web(6, "b", { entry: { ...entry, name: "web", replicas: 2 } })),
    update(5, web(5, "b", { entry })),
    update(4, web(4, "c", { outcome: "failed" })),
    update(3, web(3, "b"), api(3, "a")),
    update(1, web(1, "a")),
  ];

  it("is no container made anew of what was there, as by slipway up; but other configuration is", () => {
    assert.deepEqual(
      releases.map((_, at) => broughtBy(releases, at)),
      [["web"], [], [], ["web", "api"], ["web"]],
    );
  });

  it("may be anything as long as what was there before is not read", () => {
    assert.deepEqual(broughtBy(releases.slice(0, 2), 1), ["web"]);
  });
});
