import assert from "node:assert/strict";
import { parseOccupied } from "../../../../host/scripts/occupied.ts";
import { USUAL, featuresOf, reusesPorts, volumeOptionProblems } from "../../../../model/host/features.ts";
import { TYPES } from "../../../../model/state/types.ts";

describe("an option of a mounted volume", () => {
  it("is refused on an engine that would pass over it", () => {
    const volumes = [
      { source: "data", target: "/a" },
      { source: "data", target: "/b", subpath: "b" },
      { source: "data", target: "/c", nocopy: true },
      { source: "data", target: "/d", nocopy: false },
    ];
    const on = (engine: string) => volumeOptionProblems("main", [{ name: "web", volumes }], engine);
    const why = "needs Docker 26 or later, got 25.0.5 on host main. Upgrade it, or leave it out";
    assert.deepEqual(on("25.0.5"), [
      `services/web/volumes/1/subpath: ${why}`,
      `services/web/volumes/2/nocopy: ${why}`,
    ]);
    assert.deepEqual(["26.0.0", "29.1.3", "dev"].flatMap(on), []);
  });
});

describe("what a host's kernel has", () => {
  it("is a tcp_tw_reuse for each container from Linux 4.11 on", () => {
    assert.deepEqual(
      ["3.10.0-1160.el7.x86_64", "4.4.302+", "4.10.17", "4.11.0-rc1", "4.19.0-26-amd64", "6.1.0"].map(
        reusesPorts,
      ),
      [false, false, false, true, true, true],
    );
    // A virtual machine's engine, beside which no script runs.
    assert.deepEqual(parseOccupied("").features, USUAL);
    const told = "engine 20.10.24+dfsg1 true false true /srv/docker root\nkernel 4.4.302+\n";
    assert.deepEqual(parseOccupied(told).features, {
      ...{ memoryLimit: true, swapLimit: false, pidsLimit: true, startInterval: false },
      ...{ ipv6: false, portReuse: false, dockerRoot: "/srv/docker root" },
    });
    assert.deepEqual(parseOccupied("engine 29.0.0 false true false /var/lib/docker\n").features, {
      ...{ ...USUAL, memoryLimit: false, pidsLimit: false },
    });
  });

  it("is as at the last update while the host cannot be reached, so that nothing changes by that", () => {
    const old = { ...USUAL, portReuse: false };
    const urn = `urn:pulumi:prod::fleet::${TYPES.host}::main`;
    const state = [{ urn, type: TYPES.host, inputs: { features: old } }];
    const now = { ...USUAL, ipv6: true, dockerRoot: "/srv" };
    assert.deepEqual(featuresOf("main", undefined, state), old);
    assert.deepEqual(featuresOf("main", now, state), now);
    assert.deepEqual(featuresOf("other", undefined, state), USUAL);
  });
});
