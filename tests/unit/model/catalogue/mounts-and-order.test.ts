import assert from "node:assert/strict";
import { problems } from "./problems.ts";

describe("what a service mounts, waits for and ends as", () => {
  const bad: [string, Record<string, object>, object?][] = [
    [
      'services/b/dependsOn/a: a never completes, as its restart is "always"; expected "no" there',
      { a: {}, b: { dependsOn: { a: "completed" } } },
    ],
    [
      'services/b/dependsOn/a: a ends by itself, got "healthy"; expected "completed"',
      { a: { restart: "no" }, b: { dependsOn: { a: "healthy" } } },
    ],
    [
      "services/b/dependsOn/a/restart: a ends by itself, and is not started again",
      { a: { restart: "no" }, b: { dependsOn: { a: { condition: "completed", restart: true } } } },
    ],
    [
      'services/b/dependsOn/x: unknown service, got "x"; expected one of b',
      { b: { dependsOn: { x: "started" } } },
    ],
    [
      'services/a/http: has no place beside restart "no": it is over once it has ended',
      { a: { restart: "no", http: { port: 80 } } },
    ],
    [
      'services/a/health: has no place beside restart "no": it is waited for until it has ended with 0',
      { a: { restart: "no", health: { up: "1 second" } } },
    ],
    [
      'services/b/uses/0: a ends by itself. Use dependsOn: { a: "completed" }',
      { a: { restart: "no" }, b: { uses: ["a"] } },
    ],
    [
      'services/a/restart: must be "always", which is what it means here: an engine that was killed would leave such a container stopped, got "unless-stopped"',
      { a: { restart: "unless-stopped" } },
    ],
    [
      'services/a/volumes/0: gives the container the engine\'s socket, and with it the whole host, got "/var/run". Add engineSocket: true if that is meant',
      { a: { volumes: [{ source: "/var/run", target: "/r", readOnly: true }] } },
    ],
    [
      'services/a/volumes/0/engineSocket: "/srv" does not hold the engine\'s socket. Leave it out',
      { a: { volumes: [{ source: "/srv", target: "/r", engineSocket: true }] } },
    ],
    [
      'services/a/volumes/0/subpath: is for volumes, got the path "/srv"',
      { a: { volumes: [{ source: "/srv", target: "/r", subpath: "a" }] } },
    ],
    [
      'services/a/volumes/1/from: another is said of "data" above, got "new"',
      {
        a: {
          volumes: [
            { source: "data", target: "/a", from: "old" },
            { source: "data", target: "/b", from: "new" },
          ],
        },
      },
    ],
    ...["../a", "a/..", "/a", "a/../../b"].map((subpath): [string, Record<string, object>] => [
      `services/a/volumes/0/subpath: must be a folder in the volume, as in "world/region", got "${subpath}"`,
      { a: { volumes: [{ source: "data", target: "/r", subpath }] } },
    ]),
    ...["exec,suid", "size=1m", "bind", "uid=me"].map((option): [string, Record<string, object>] => [
      `services/a/tmpfs/0/options/0: must be an option of a tmpfs, as in "exec", "noatime" or "uid=1000", got "${option}"`,
      { a: { tmpfs: [{ target: "/r", options: [option] }] } },
    ]),
    [
      'services/a/volumes/0/propagation: is for paths of the host, got the volume "data"',
      { a: { volumes: [{ source: "data", target: "/r", propagation: "shared" }] } },
    ],
    [
      'services/a/volumes/0/from: is for volumes, got the path "/srv"',
      { a: { volumes: [{ source: "/srv", target: "/r", from: "data" }] } },
    ],
    [
      "services/a/volumes/0/createHostPath: nothing is made with propagation. Make the folder on the host, and leave it out",
      { a: { volumes: [{ source: "/srv", target: "/r", propagation: "rslave", createHostPath: true }] } },
    ],
    [
      "volumes/data/driver: is decided where the volume was made, as it is external. Leave it out",
      {},
      { volumes: [{ name: "data", external: "x", driver: "local" }] },
    ],
    [
      'volumes/data/labels/slipway.x: labels that begin with "slipway." are reserved',
      {},
      { volumes: [{ name: "data", labels: { "slipway.x": "1" } }] },
    ],
    [
      "services/a/replicas: must be 1 as it writes a volume, got 2",
      { a: { volumes: [{ source: "/srv", target: "/r" }], replicas: 2 } },
    ],
  ];
  for (const [problem, services, more] of bad)
    it(`is refused: ${problem}`, () => {
      assert.deepEqual(problems(services, more), [problem]);
    });

  it("is refused where services wait for each other, by order or by network", () => {
    const loop = problems({ a: { networkMode: "service:b" }, b: { dependsOn: { a: "healthy" } } });
    assert.deepEqual(loop, [
      "services/a/dependsOn: leads back to itself: a → b → a",
      "services/b/dependsOn: leads back to itself: b → a → b",
    ]);
  });
});
