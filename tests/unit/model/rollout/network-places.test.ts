import assert from "node:assert/strict";
import type { Catalogue, Service } from "../../../../model/catalogue/service.ts";
import { calledThroughEdge, networkPlaces } from "../../../../model/rollout/network-places.ts";
import { isAliased } from "../../../../model/rollout/order.ts";
import { targets } from "../../../../model/rollout/targets.ts";

describe("the networks of a service", () => {
  const names = (service: Service, services: readonly Service[] = [], edge = true) =>
    networkPlaces(service, [service, ...services], edge).map(({ network }) => network);
  const web: Service = { name: "web", http: { port: 80 } };

  it("are the fleet's, or those it says, and the fleet's too where the edge stands between it and others", () => {
    assert.deepEqual(names({ name: "a" }), ["default"]);
    assert.deepEqual(names({ name: "a", networks: ["back"] }), ["back"]);
    assert.deepEqual(names({ ...web, networks: ["back"] }), ["back", "default"]);
    assert.deepEqual(names({ ...web, networks: ["back"] }, [], false), ["back"]);
    assert.deepEqual(names({ name: "a", networks: ["back"], uses: ["web"] }, [web]), ["back", "default"]);
    assert.deepEqual(names({ name: "a", networks: ["back"], uses: ["b"] }, [{ name: "b" }]), ["back"]);
    assert.deepEqual(names({ name: "a", networkMode: "host" }), []);
  });

  it("are for another that has its network too: the edge reaches that one, and it what that one uses", () => {
    const vpn: Service = { name: "vpn", networks: ["back"] };
    assert.deepEqual(names(vpn, [{ ...web, networkMode: "service:vpn" }]), ["back", "default"]);
    const guest: Service = { name: "guest", networkMode: "service:vpn", uses: ["web"] };
    assert.deepEqual(names(vpn, [guest, web]), ["back", "default"]);
    assert.deepEqual(calledThroughEdge(vpn, [vpn, guest, web], true), ["web"]);
  });

  it("have its name and its aliases, each once", () => {
    const networks = [{ name: "back", aliases: ["db", "a"], ipv4Address: "10.1.0.5" }];
    assert.deepEqual(networkPlaces({ name: "a", networks }, [], true), [
      { network: "back", aliases: ["a", "db"], ipv4Address: "10.1.0.5" },
    ]);
  });

  it("lead to it by alias where another uses or waits for it, and no edge is between", () => {
    const on = (dependsOn: Service["dependsOn"]): Service[] => [
      { name: "b", ...(dependsOn && { dependsOn }) },
    ];
    assert.equal(isAliased({ name: "a" }, on({ a: "started" }), true), true);
    assert.equal(isAliased({ name: "a" }, on(undefined), true), false);
    assert.equal(isAliased(web, [{ name: "b", uses: ["web"] }], true), false);
    assert.equal(isAliased(web, [{ name: "b", uses: ["web"] }], false), true);
  });
});

describe("the targets of an update", () => {
  const catalogue: Catalogue = {
    ...{ bases: [], secrets: [], networks: [{ name: "back" }], volumes: [{ name: "common" }] },
    services: [
      { name: "vpn", networks: ["back"] },
      { name: "guest", networkMode: "service:vpn", volumes: [{ source: "common", target: "/c" }] },
      { name: "after", dependsOn: { guest: { condition: "healthy", restart: true } } },
      { name: "other", dependsOn: { vpn: "healthy" } },
    ],
  };
  const of = (unchanged: string[] = []) =>
    targets(catalogue, ["vpn"], { unchanged: new Set(unchanged), pins: { pins: {} } as never });

  it("take along who has its network, and who is started again after those", () => {
    const own = (name: string) => [`**::${name}`, `**::${name}.*`];
    const all = [
      ...own("vpn"),
      "**::*.network.back",
      ...own("guest"),
      "**::*.volume.common",
      ...own("after"),
    ];
    assert.deepEqual(of(), all);
    assert.deepEqual(of(["*.network.back", "*.volume.common"]), ["vpn", "guest", "after"].flatMap(own));
  });
});
