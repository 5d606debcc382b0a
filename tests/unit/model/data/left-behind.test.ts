import assert from "node:assert/strict";
import type { Service, SharedVolume } from "../../../../model/catalogue/service.ts";
import { dataLeftBehind } from "../../../../model/data/left-behind.ts";
import type { HostAddress } from "../../../../model/host/address.ts";
import { container, cutover, service, urn } from "../state/states.ts";

const ONE: HostAddress = { name: "one", address: "ssh://deploy@10.0.0.1", hostKey: "ssh-ed25519 ONE" };
const TWO: HostAddress = { name: "two", address: "ssh://deploy@10.0.0.2", hostKey: "ssh-ed25519 TWO" };
const HOSTS = [ONE, TWO];
const STORE: Service = { name: "store", volumes: [{ source: "data", target: "/data" }] };
const PLACE = "one/store-data-1";

/** The state in which the store runs on host one with its volume. */
const state = () => {
  const provider = { urn: urn("slipway:index:Host$pulumi:providers:docker", "one") };
  const host = { urn: urn("slipway:index:Host", "one"), type: "slipway:index:Host", inputs: ONE };
  const own = service("store", { volumes: STORE.volumes });
  const made = container("store", "a", "10:00:05", { provider: `${provider.urn}::id` });
  return [
    host,
    { ...provider, type: "pulumi:providers:docker", parent: host.urn },
    own,
    {
      urn: urn("slipway:index:Service$docker:index/volume:Volume", "store.data"),
      ...{ type: "docker:index/volume:Volume", id: "store-data-1", parent: own.urn },
    },
    ...cutover("store", "store", made, "10:00:06"),
    made,
  ];
};
const left = (services: Service[], hosts = HOSTS, volumes: SharedVolume[] = []) =>
  dataLeftBehind({ services, volumes }, hosts, state());

describe("data that an update would leave behind", () => {
  it("is none where nothing moves, where a volume only leaves, where its service leaves", () => {
    assert.deepEqual(left([STORE]), []);
    assert.deepEqual(left([{ name: "store" }]), []);
    assert.deepEqual(left([]), []);
    assert.deepEqual(left([{ name: "web", volumes: [{ source: "data", target: "/other" }] }]), []);
    assert.deepEqual(dataLeftBehind({ services: [STORE], volumes: [] }, HOSTS, []), []);
  });

  it("is that of a service on another host, until it is said; whoever moves it, and whatever hosts are called", () => {
    const expected = [
      'services/store/host: volume "data" would begin empty on two, as its data is on one. To take it along: slipway backup ' +
        "store, then the line below and pulumi up, then slipway restore store. Only to leave the old data there: add " +
        `abandons: ["${PLACE}"] to store`,
    ];
    assert.deepEqual(left([{ ...STORE, host: "two" }]), expected);
    // The default host is the first of the setting.
    assert.deepEqual(left([STORE], [TWO, ONE]), expected);
    assert.deepEqual(left([{ ...STORE, host: "two", abandons: [PLACE] }]), []);
    assert.deepEqual(left([{ ...STORE, host: "two", abandons: ["two/store-data-1"] }]), expected);
    assert.deepEqual(left([STORE], [{ ...ONE, name: "home" }]), []);
    assert.deepEqual(left([STORE], [{ ...ONE, name: "home", address: "ssh://deploy@home.lan" }]), []);
  });

  it("is that of a volume under another name, until it is said", () => {
    const files = { source: "files", target: "/data" };
    const [problem = "", ...others] = left([{ ...STORE, volumes: [files] }]);
    assert.match(
      problem,
      /^services\/store\/volumes: "files" would begin empty, where "data", which leaves, has data/,
    );
    assert.match(problem, /from: "data" in the volume\. .*abandons: \["one\/store-data-1"\] to store$/);
    assert.deepEqual(others, []);
    assert.deepEqual(left([{ ...STORE, volumes: [{ ...files, from: "data" }] }]), []);
    assert.deepEqual(left([{ ...STORE, volumes: [files], abandons: [PLACE] }]), []);
  });

  it("is that of a volume that services share from now on, until it is said", () => {
    const [problem = "", ...others] = left([STORE], HOSTS, [{ name: "data" }]);
    assert.match(
      problem,
      /^services\/store\/volumes: "data" is one of the catalogue's volumes now, and would begin/,
    );
    assert.match(problem, /external: "store-data-1" in it\. .*abandons: \["one\/store-data-1"\] to store$/);
    assert.deepEqual(others, []);
    assert.deepEqual(left([{ ...STORE, abandons: [PLACE] }], HOSTS, [{ name: "data" }]), []);
  });

  it("is that of a service under another name, until it is said", () => {
    const cache = { ...STORE, name: "cache" };
    const [problem = ""] = left([cache]);
    assert.match(
      problem,
      /^services\/cache\/volumes: would begin empty, where store, which leaves, has "data"/,
    );
    assert.match(
      problem,
      /from: "store\/data" in the volume\. .*abandons: \["one\/store-data-1"\] to cache$/,
    );
    const volumes = [{ source: "files", target: "/data", from: "store/data" }];
    assert.deepEqual(left([{ ...cache, volumes }]), []);
    assert.deepEqual(left([{ ...cache, abandons: [PLACE] }]), []);
  });
});
