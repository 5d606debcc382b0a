import assert from "node:assert/strict";
import { restartsAfter, updateOrder } from "../../../../model/rollout/order.ts";

describe("the update order", () => {
  const order = (service: object, aliased = false) => updateOrder({ name: "a", ...service }, aliased);
  it("is start-first where nothing is in the way", () => {
    assert.equal(order({ http: { port: 80 } }), "start-first");
  });
  it("is stop-first with a host port, a volume, or a network alias", () => {
    assert.equal(order({ ports: [{ published: 53, target: 53 }] }), "stop-first");
    assert.equal(order({ volumes: [{ source: "data", target: "/data" }] }), "stop-first");
    assert.equal(order({}, true), "stop-first");
  });
  it("is stop-first with a path that is written, an address, the host's network or another's", () => {
    const read = [{ source: "/srv", target: "/srv", readOnly: true }];
    assert.equal(order({ volumes: [{ source: "/srv", target: "/srv" }] }), "stop-first");
    assert.equal(order({ volumes: read }), "start-first");
    assert.equal(order({ networks: [{ name: "back", ipv4Address: "10.1.0.5" }] }), "stop-first");
    assert.equal(order({ networks: ["back"] }), "start-first");
    for (const networkMode of ["host", "service:vpn"]) assert.equal(order({ networkMode }), "stop-first");
    assert.equal(order({ networkMode: "none" }), "start-first");
  });
  it("is what the service says, whatever it has", () => {
    assert.equal(order({ order: "start-first", ports: [{ published: 53, target: 53 }] }), "start-first");
    assert.equal(order({ order: "stop-first" }), "stop-first");
  });
});

describe("what a service is started again after", () => {
  it("is what its dependsOn says so of, and the one whose network it has, unless it ends by itself", () => {
    assert.deepEqual(restartsAfter({}), []);
    const dependsOn = { db: { condition: "healthy", restart: true }, cache: "healthy" } as const;
    assert.deepEqual(restartsAfter({ dependsOn, networkMode: "service:vpn" }), ["db", "vpn"]);
    assert.deepEqual(restartsAfter({ networkMode: "service:vpn", restart: "no" }), []);
    assert.deepEqual(restartsAfter({ networkMode: "host" }), []);
  });
});
