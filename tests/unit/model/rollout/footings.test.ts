import assert from "node:assert/strict";
import declareStack from "../../../../index.ts";
import type { Catalogue, Service } from "../../../../model/catalogue/service.ts";
import { footingsDigest, hasFootings } from "../../../../model/rollout/footings.ts";
import { load } from "../../../../settings/load.ts";
import { declaredBy } from "../../mocks.ts";

const CONFIG = {
  "slipway:registry": "ghcr.io/acme",
  "slipway:hosts": "main ssh://deploy@203.0.113.10 ssh-ed25519 AAAA",
  "slipway:edgeImage": `docker.io/library/traefik@sha256:${"cd".repeat(32)}`,
  "slipway:platforms": "linux/amd64",
};
const SERVICE: Service = {
  name: "store",
  image: `postgres@sha256:${"0a".repeat(32)}`,
  volumes: [{ source: "data", target: "/data" }],
  networks: ["back"],
};
const CATALOGUE: Catalogue = {
  bases: [],
  networks: [{ name: "back" }],
  volumes: [{ name: "shared" }],
  secrets: [{ name: "token", generate: 32 }],
  services: [SERVICE],
};
const FOOTING = /:Network$|:Volume$|:RandomPassword$/;

/** What a catalogue's footings are declared as, and their digest. */
async function footingsOf(catalogue: Catalogue, config: Record<string, string> = {}) {
  let digest = "";
  const declared = await declaredBy(
    async () => {
      const loaded = load({ ...catalogue });
      digest = footingsDigest(loaded.catalogue, loaded.settings);
      await declareStack(catalogue);
    },
    { ...CONFIG, ...config },
  );
  const found = declared.filter(({ type }) => FOOTING.test(type));
  return { digest, declared: found.sort((a, b) => (a.name + a.type < b.name + b.type ? -1 : 1)) };
}

describe("the digest of a stack's footings", () => {
  const withService = (more: Partial<Service>): Catalogue => ({
    ...CATALOGUE,
    services: [{ ...SERVICE, ...more }],
  });
  const content = "{{secret:token}}";
  const CHANGES: Record<string, [Catalogue, Record<string, string>?]> = {
    "another volume": [
      withService({ volumes: [...(SERVICE.volumes ?? []), { source: "more", target: "/more" }] }),
    ],
    "a shared volume": [withService({ volumes: [{ source: "shared", target: "/data" }] })],
    "a network's range": [{ ...CATALOGUE, networks: [{ name: "back", subnet: "10.9.0.0/24" }] }],
    "another network": [
      { ...withService({ networks: ["back", "far"] }), networks: [{ name: "back" }, { name: "far" }] },
    ],
    "a secret made anew": [{ ...CATALOGUE, secrets: [{ name: "token", generate: 32, rotate: 2 }] }],
    "another secret": [{ ...CATALOGUE, secrets: [...CATALOGUE.secrets, { name: "more", generate: 16 }] }],
    "a secret that is given": [{ ...CATALOGUE, secrets: [{ name: "token" }] }, { "secrets:token": "given" }],
    "a file with a secret": [withService({ configs: [{ content, target: "/config" }] })],
    "a service of another name": [withService({ name: "shop" })],
    "another service": [{ ...CATALOGUE, services: [SERVICE, { ...SERVICE, name: "other" }] }],
    "the range of the fleet's network": [CATALOGUE, { "slipway:subnet": "172.30.0.0/16" }],
    "another host": [CATALOGUE, { "slipway:hosts": "other ssh://deploy@203.0.113.11 ssh-ed25519 AAAA" }],
    "another stack's edge": [CATALOGUE, { "slipway:edge": "home/prod", "slipway:edgeImage": "" }],
    "certificates by ACME": [CATALOGUE, { "slipway:https": "acme", "slipway:acmeEmail": "ann@example.com" }],
  };

  for (const [what, [catalogue, config]] of Object.entries(CHANGES))
    it(`is another with ${what}, which makes other ones`, async () => {
      const [before, after] = [await footingsOf(CATALOGUE), await footingsOf(catalogue, config)];
      assert.notDeepEqual(after.declared, before.declared);
      assert.notEqual(after.digest, before.digest);
    });

  it("is the same with another image, other variables and another health check", async () => {
    const environment = { LEVEL: "debug" };
    const changed = withService({ image: `postgres@sha256:${"0b".repeat(32)}`, environment, health: "none" });
    assert.deepEqual(await footingsOf(changed), await footingsOf(CATALOGUE));
  });
});

describe("the footings of a stack", () => {
  const content = "{{secret:token}}";
  const services = [{ ...SERVICE, configs: [{ content, target: "/config" }] }];
  const catalogue: Catalogue = {
    ...CATALOGUE,
    services,
    networks: [{ name: "back" }, { name: "out", external: "o" }],
  };

  it("are there where the last update succeeded, and every network and secret is in the state by its name", async () => {
    const { digest: found, declared } = await footingsOf(catalogue);
    const named = declared.filter(({ type }) => !type.endsWith(":Volume")).map(({ name }) => name);
    assert.deepEqual(named.sort(), ["main", "main.network.back", "store.files-key", "token"]);
    const settings = {
      hosts: [{ name: "main", address: "unix:///run/docker.sock" }],
      subnet: undefined,
      edge: undefined,
    };
    const standing = footingsDigest(catalogue, settings);
    assert.notEqual(standing, found, "other hosts");
    const has = (footingsDigest: string | undefined, ...footingNames: string[]) =>
      hasFootings(catalogue, settings, { footingsDigest, footingNames: new Set(footingNames) });
    assert.equal(has(standing, ...named), true);
    for (const missing of named)
      assert.equal(has(standing, ...named.filter((name) => name !== missing)), false, missing);
    assert.equal(has(undefined, ...named), false);
    assert.equal(has(found, ...named), false);
  });
});
