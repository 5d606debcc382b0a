import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { readCatalogue } from "../../../../model/catalogue/check.ts";
import type { StackContext } from "../../../../model/catalogue/stack-context.ts";

const DIGEST = `sha256:${"0a".repeat(32)}`;
const STACK: StackContext = {
  folder: tmpdir(), // nothing is built
  hosts: ["one"],
  domain: undefined,
  edge: { acme: false },
  edgePorts: [],
  secretsGiven: [],
  htpasswds: [],
  lock: { "postgres:17": { digest: DIGEST, platforms: [], volumes: ["/var/lib/postgresql/data"] } },
};

describe("a stock image in the catalogue", () => {
  const problems = (declared: unknown) => {
    const read = readCatalogue(declared, STACK);
    return "problems" in read ? read.problems : [];
  };

  it("needs no folder, and fails where it is none, and beside what only one that is built has", () => {
    const good = [
      { name: "db", image: "postgres:16", mirror: true, platform: "linux/amd64" },
      { name: "proxy", image: `registry.example.com:5000/a/b__c:1@${DIGEST}` },
    ];
    assert.deepEqual(problems({ services: good }), []);
    const services = [
      { name: "db", image: "Postgres" },
      { name: "web", image: "postgres@sha256:12", platform: "amd64" },
    ];
    const expected =
      'must be an image, as in "postgres:17", "ghcr.io/acme/web:1.2" or "postgres@sha256:…" with 64 digits';
    assert.deepEqual(problems({ services }), [
      `services/db/image: ${expected}, got "Postgres"`,
      `services/web/image: ${expected}, got "postgres@sha256:12"`,
      'services/web/platform: must be a platform, as in "linux/amd64" or "linux/arm/v7", got "amd64"',
    ]);
    const both = [
      { name: "db", image: "postgres", version: "17", build: {} },
      { name: "web", mirror: true, build: { dockerfileInline: "FROM scratch" } },
    ];
    assert.deepEqual(problems({ services: both }), [
      'services/db/build: only for an image that is built, but "image" is "postgres". Leave one of them out',
      'services/db/version: only for an image that is built, but "image" is "postgres". Leave one of them out',
      'services/web/mirror: only for a stock image. Add "image", or leave it out',
    ]);
  });

  it("fails on a volume that nothing is mounted on, as its lock has it", () => {
    const db = { name: "db", image: "postgres:17" };
    assert.deepEqual(problems({ services: [db] }), [
      "services/db/volumes: the image declares a volume at /var/lib/postgresql/data and nothing is mounted there, so that " +
        'data would be left behind at each roll. Add { source: "data", target: "/var/lib/postgresql/data" }',
    ]);
    const volumes = [{ source: "data", target: "/var/lib/postgresql/data" }];
    assert.deepEqual(problems({ services: [{ ...db, volumes }] }), []);
    const tmpfs = [{ target: "/var/lib/postgresql/data" }];
    assert.deepEqual(problems({ services: [{ ...db, tmpfs }] }), []);
  });
});
