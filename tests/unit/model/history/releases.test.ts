import assert from "node:assert/strict";
import { findLive, markLive } from "../../../../model/history/live.ts";
import { type Release, releasesBetween } from "../../../../model/history/releases.ts";
import type { StateResource } from "../../../../model/state/resources.ts";
import {
  at,
  container,
  cutover,
  failing,
  image,
  rolled,
  SECRET,
  service,
  update,
  urn,
} from "../state/states.ts";

const WEB_A = rolled("web", "a", "10:00:05", "10:00:06");
const entry = (content: string, name = "web") => ({ name, version: content });
const A = at("10:00:06.000");
const change = { service: "web", outcome: "rolled", hash: undefined, pinned: false, since: A, live: false };
const REMOVED = {
  ...{ ...change, outcome: "removed", since: undefined, image: undefined, answering: [], entry: undefined },
};
const changes = (...args: Parameters<typeof releasesBetween>) =>
  releasesBetween(...args).map((release) => [release.number ?? release.result, release.changes]);

describe("what an update did to services", () => {
  it("is each that rolled, with its digest and its entry", () => {
    assert.deepEqual(releasesBetween([], WEB_A, update(1, "10:00:00")), [
      {
        ...update(1, "10:00:00"),
        changes: [{ ...change, image: image("a"), answering: [image("a")], entry: entry("a") }],
      },
    ]);
  });

  it("is nothing where no cutover was run", () => {
    assert.deepEqual(changes(WEB_A, WEB_A, update(2, "11:00:00")), [[2, []]]);
  });

  it("is said for each service, also when the update failed at another", () => {
    const before = [...WEB_A, ...rolled("api", "p", "10:00:03", "10:00:04")];
    const after = [...failing(), ...rolled("api", "q", "11:00:03", "11:00:04")];
    assert.deepEqual(changes(before, after, update(2, "11:00:00", "failed")), [
      [
        2,
        [
          {
            ...change,
            service: "api",
            since: at("11:00:04.000"),
            image: image("q"),
            answering: [image("q")],
            entry: entry("q", "api"),
          },
          { ...change, outcome: "failed", image: image("b"), answering: [image("a")], entry: entry("b") },
        ],
      ],
    ]);
  });

  it("goes by time where a password in the route makes the cutover's input a secret", () => {
    const [[, found] = []] = changes(WEB_A, failing(SECRET), update(2, "11:00:00", "failed"));
    assert.deepEqual(found, [
      { ...change, outcome: "failed", image: image("b"), answering: [image("a")], entry: entry("b") },
    ]);
  });

  it("does not tell a failed roll again when the next update only meets it", () => {
    assert.deepEqual(changes(failing(), failing(), update(3, "12:00:00")), [[3, []]]);
  });

  it("tells it again when it has failed again, which makes no other container", () => {
    const [[, found] = []] = changes(failing(), failing(), update(3, "12:00:00", "failed"));
    assert.deepEqual(found, [
      { ...change, outcome: "failed", image: image("b"), answering: [image("a")], entry: entry("b") },
    ]);
  });

  it("is no pre-deploy job's container", () => {
    const job = container("web.pre-deploy", "b", "11:00:05", { parent: container("web", "", "").parent });
    assert.deepEqual(changes(WEB_A, [job, ...WEB_A], update(2, "11:00:00", "failed")), [[2, []]]);
  });

  it("is said of all replicas together: some have rolled, when one failed", () => {
    const replica = (slot: string, content: string, made: string, done: string) => {
      const box = container(slot, content, made);
      return [...cutover("web", slot, box, done), box];
    };
    const before = [
      service("web"),
      ...replica("web", "a", "10:00:05", "10:00:06"),
      ...replica("web.1", "a", "10:00:05", "10:00:07"),
    ];
    const former = container("web.1", "a", "10:00:05", { delete: true });
    const after = [
      service("web"),
      ...replica("web", "b", "11:00:05", "11:00:06"),
      ...cutover("web", "web.1", former, "10:00:07"),
      container("web.1", "b", "11:00:05"),
      former,
    ];
    assert.deepEqual(changes(before, after, update(2, "11:00:00", "failed")), [
      [
        2,
        [
          {
            ...change,
            outcome: "partly",
            since: at("11:00:06.000"),
            image: image("b"),
            answering: [image("b"), image("a")],
            entry: { name: "web" },
          },
        ],
      ],
    ]);
  });

  it("is that a first roll failed, and nothing answers", () => {
    const after = [service("web"), container("web", "a", "10:00:05"), ...cutover("web", "web")];
    assert.deepEqual(changes([], after, update(1, "10:00:00", "failed")), [
      [
        1,
        [
          {
            ...change,
            outcome: "failed",
            since: undefined,
            image: image("a"),
            answering: [],
            entry: { name: "web" },
          },
        ],
      ],
    ]);
  });

  it("is that a service was removed, by an update or with all of the stack", () => {
    assert.deepEqual(changes(WEB_A, [], { ...update(2, "11:00:00"), kind: "destroy" }), [[2, [REMOVED]]]);
  });
});

describe("an interrupted update", () => {
  const b = { ...change, since: at("10:30:06.000"), image: image("b"), answering: [image("b")] };

  it("is inferred from a cutover that succeeded before the next update began", () => {
    const after = [
      ...rolled("web", "b", "10:30:05", "10:30:06"),
      ...rolled("api", "p", "11:00:03", "11:00:04"),
    ];
    const found = releasesBetween(WEB_A, after, update(2, "11:00:00"));
    assert.deepEqual(found[1], {
      ...{ kind: "update", result: "interrupted", started: at("10:30:06.000") },
      // The next update may have declared another.
      changes: [{ ...b, entry: undefined }],
    });
    assert.deepEqual(
      found[0]?.changes?.map((each) => each.service),
      ["api"],
    );
  });

  it("is inferred of a cutover in the second in which the next update began, too", () => {
    const found = releasesBetween(WEB_A, rolled("web", "b", "10:30:05", "10:30:06.9"), update(2, "10:30:06"));
    assert.deepEqual(
      found.map(({ result, changes = [] }) => [result, changes.length]),
      [
        ["succeeded", 0],
        ["interrupted", 1],
      ],
    );
  });

  it("is of the content that the image was built of which the next update still had", () => {
    const built = { outputs: { ref: image("b"), hash: "b" }, type: "slipway:index:ServiceImage" };
    const after = [...rolled("web", "b", "10:30:05", "10:30:06"), { ...built, urn: urn(built.type, "web") }];
    assert.deepEqual(changes(WEB_A, after, update(2, "11:00:00")), [
      [2, []],
      ["interrupted", [{ ...b, hash: "b", entry: undefined }]],
    ]);
  });

  it("has rolled a service that the next update then failed to roll", () => {
    const former = container("web", "b", "10:30:05", { delete: true });
    const made = container("web", "c", "11:00:05");
    const after = [service("web", { version: "c" }), made, former];
    after.push(...cutover("web", "web", former, "10:30:06"));
    assert.deepEqual(changes(WEB_A, after, update(2, "11:00:00", "failed")), [
      [2, [{ ...b, outcome: "failed", image: image("c"), entry: entry("c") }]],
      ["interrupted", [{ ...b, entry: undefined }]],
    ]);
  });

  it("is the next update's doing when that one finished what it began", () => {
    const after = rolled("web", "b", "10:30:05", "11:00:06");
    assert.deepEqual(changes(WEB_A, after, update(2, "11:00:00")), [
      [2, [{ ...b, since: at("11:00:06.000"), entry: entry("b") }]],
    ]);
  });

  it("is the last one when the state has more than the last record", () => {
    const now = rolled("web", "b", "10:30:05", "10:30:06");
    assert.deepEqual(changes(WEB_A, now), [["interrupted", [{ ...b, entry: entry("b") }]]]);
    assert.deepEqual(changes(WEB_A, []), [["interrupted", [REMOVED]]]);
    assert.deepEqual(changes(WEB_A, WEB_A), []);
  });
});

describe("what is live", () => {
  /** What is live, in order, of updates that left these states. */
  const live = (...states: StateResource[][]) => {
    const releases = states.flatMap((after, index) =>
      releasesBetween(states[index - 1] ?? [], after, update(index + 1, `${10 + index}:00:00`)),
    );
    const newestFirst = releases.toReversed();
    markLive(newestFirst, findLive(states.at(-1) ?? [], []));
    return newestFirst.flatMap(({ number, changes: made = [] }) =>
      made.flatMap((each) => (each.live ? [`${each.service} ${number ?? ""}`] : [])),
    );
  };

  it("is each service's last cutover that succeeded, whatever failed since", () => {
    assert.deepEqual(live(WEB_A, failing()), ["web 1"]);
    const api = rolled("api", "p", "11:00:03", "11:00:04");
    assert.deepEqual(live(WEB_A, [...failing(), ...api]), ["api 2", "web 1"]);
  });

  it("is nothing of a service that was removed, and the new one when it is made again", () => {
    assert.deepEqual(live(WEB_A, []), []);
    assert.deepEqual(live(WEB_A, [], rolled("web", "a", "12:00:05", "12:00:06")), ["web 3"]);
  });

  it("is not an older release, when what came between is not known", () => {
    const releases: Release[] = [update(2, "11:00:00"), ...releasesBetween([], WEB_A, update(1, "10:00:00"))];
    markLive(releases, findLive(rolled("web", "b", "11:00:05", "11:00:06"), []));
    assert.deepEqual(
      releases[1]?.changes?.map(({ live }) => live),
      [false],
    );
  });

  it("is of the commit it is pinned to, once it has rolled", () => {
    const pinnedTo = (content: string) => {
      const type = "slipway:index:ServiceImage";
      return {
        urn: urn(type, "web"),
        type,
        inputs: { pin: { digest: `sha256:${content}`, commit: "7890def" } },
      };
    };
    const updates = [{ ...update(1, "10:00:00"), commit: "0123abc" }];
    const commit = (...now: StateResource[]) => findLive(now, updates).map((live) => live.commit);
    assert.deepEqual(commit(...WEB_A, pinnedTo("a")), ["7890def"]);
    assert.deepEqual(commit(...failing(), pinnedTo("b")), ["0123abc"]);
  });

  it("is told from the present state alone, with the update during which it rolled", () => {
    const now = [...failing(), ...rolled("api", "q", "11:30:03", "11:30:04.5")];
    const from = { commit: "0123abc", dirty: true };
    const updates = [update(2, "11:00:00", "failed"), { ...update(1, "10:00:00"), ...from }];
    const unknown = { update: undefined, commit: undefined, dirty: undefined };
    assert.deepEqual(findLive(now, updates), [
      { service: "web", answering: [image("a")], since: at("10:00:06.000"), update: 1, ...from },
      { service: "api", answering: [image("q")], since: at("11:30:04.500"), ...unknown },
    ]);
    assert.deepEqual(findLive([service("web"), container("web", "a", "10:00:05")], updates), []);
  });

  it("is of the update that ended in the second of its cutover, not of the one that began in it", () => {
    const ended = { ...update(1, "10:00:00"), ended: at("10:00:06") };
    const killed = { ...update(2, "10:00:06"), ended: undefined };
    for (const next of [update(2, "10:00:06"), killed])
      assert.deepEqual(
        findLive(WEB_A, [next, ended]).map((live) => live.update),
        [1],
      );
  });
});
