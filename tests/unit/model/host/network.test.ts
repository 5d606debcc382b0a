import assert from "node:assert/strict";
import { USUAL } from "../../../../model/host/features.ts";
import { type NetworkContext, USUAL_RANGE, chooseRange } from "../../../../model/host/network.ts";
import type { Occupied, OtherNetwork } from "../../../../model/host/occupied.ts";

const own = { project: "fleet", stack: "prod" };
const labels = { "slipway.project": "fleet", "slipway.stack": "prod" };
let count = 0;
const network = (range: string, more: Partial<OtherNetwork> = {}): OtherNetwork => ({
  id: `${++count}`.padStart(64, "0"),
  name: `n${range}`,
  labels: {},
  ranges: [range],
  ...more,
});
const routes = [
  { device: "eth0", range: "0.0.0.0/0" },
  { device: "eth0", range: "192.168.1.0/24" },
];
const features = USUAL;
const choose = (occupied: Partial<Occupied> | undefined, more: Partial<NetworkContext> = {}) =>
  chooseRange({
    ...{ host: "main", own, wanted: undefined, before: undefined, adopting: false },
    occupied: occupied && {
      networks: [],
      volumes: [],
      containers: [],
      listeners: [],
      routes,
      features,
      ...occupied,
    },
    ...more,
  });
const rangeOf = (chosen: ReturnType<typeof chooseRange>) =>
  "range" in chosen ? chosen.range : chosen.problem;

describe("the range of a stack's network", () => {
  it("follows from the stack where nothing is in its way, and is the next one where something is", () => {
    const first = rangeOf(choose({}));
    assert.equal(rangeOf(choose({})), first);
    assert.match(first, /^172\.(16|1[89]|2\d|3[01])\.0\.0\/16$/);
    const second = rangeOf(choose({ networks: [network(first)] }));
    assert.notEqual(second, first);
    // Part of it, all of it and more, and a route that leads there count as well.
    for (const range of [first.replace(/0\.0\/16$/, "77.0/24"), first.replace(/\d+\.0\.0\/16$/, "0.0.0/8")]) {
      assert.notEqual(rangeOf(choose({ networks: [network(range)] })), first, range);
      assert.notEqual(rangeOf(choose({ routes: [{ device: "wg0", range }] })), first, range);
    }
    const ranges = ["a", "b", "c", "d"].map((stack) =>
      rangeOf(choose({}, { own: { project: "fleet", stack } })),
    );
    assert.ok(new Set(ranges).size > 1, ranges.join());
  });

  it("is of 10.0.0.0/8 where the engine's own pool is full, and a problem where nothing is left", () => {
    const full = [network("172.16.0.0/12")];
    assert.match(rangeOf(choose({ networks: full })), /^10\.\d+\.0\.0\/16$/);
    const none = choose({ networks: full, routes: [{ device: "tun0", range: "10.0.0.0/8" }] });
    assert.deepEqual(none, { problem: "no private /16 is free on host main; expected one to use" });
  });

  it("stays what the last update gave it, whoever comes there", () => {
    const before = "172.20.0.0/16";
    assert.equal(rangeOf(choose({ networks: [network(before, { labels })] }, { before })), before);
    assert.equal(rangeOf(choose({ networks: [network("172.20.4.0/24")] }, { before })), before);
  });

  it("is that of the network that is there where the state is lost and adopt asks; else that is in the way", () => {
    const networks = [network("172.20.0.0/16", { labels })];
    assert.equal(rangeOf(choose({ networks }, { adopting: true })), "172.20.0.0/16");
    const wanted = "172.20.0.0/16";
    assert.equal(rangeOf(choose({ networks }, { adopting: true, wanted })), wanted);
    assert.match(rangeOf(choose({ networks }, { wanted })), /^172\.20\.0\.0\/16 overlaps with network n172/);
    const first = rangeOf(choose({}));
    assert.notEqual(rangeOf(choose({ networks: [network(first, { labels })] })), first);
  });

  it("is the setting's, or a problem with the other network's name", () => {
    const wanted = "10.20.0.0/16";
    assert.equal(rangeOf(choose({}, { wanted })), wanted);
    assert.equal(
      rangeOf(choose({ networks: [network(wanted, { labels })] }, { wanted, before: wanted })),
      wanted,
    );
    assert.equal(rangeOf(choose({ networks: [network("fd00::/64")] }, { wanted })), wanted);
    assert.deepEqual(choose({ networks: [network("10.20.30.0/24", { name: "blog_default" })] }, { wanted }), {
      problem:
        "10.20.0.0/16 overlaps with network blog_default (10.20.30.0/24) on host main; expected a free /16. Leave it " +
        "unset to have one chosen",
    });
    const lan = choose({ routes: [...routes, { device: "eth1", range: "10.20.0.0/22" }] }, { wanted });
    assert.match(rangeOf(lan), /overlaps with a route through eth1 \(10\.20\.0\.0\/22\)/);
    // A wider route, as a VPN has, leaves all else reachable.
    assert.equal(rangeOf(choose({ routes: [{ device: "tun0", range: "10.0.0.0/8" }] }, { wanted })), wanted);
    // That of a network of the engine's is the network's own.
    const mine = network("10.20.0.0/16", { labels, id: "abcdef0123456789" });
    const own = { networks: [mine], routes: [{ device: "br-abcdef012345", range: "10.20.0.0/16" }] };
    assert.equal(rangeOf(choose(own, { wanted, before: "10.21.0.0/16" })), wanted);
  });

  it("is the setting's, the last update's or the usual one where the host cannot be asked", () => {
    assert.equal(rangeOf(choose(undefined)), USUAL_RANGE);
    assert.equal(rangeOf(choose(undefined, { before: "172.20.0.0/16" })), "172.20.0.0/16");
    assert.equal(
      rangeOf(choose(undefined, { before: "172.20.0.0/16", wanted: "10.1.0.0/16" })),
      "10.1.0.0/16",
    );
  });
});
