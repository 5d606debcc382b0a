import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCatalogue } from "../../../../model/catalogue/check.ts";

describe("reading the catalogue", () => {
  let folder: string;
  const around = () => ({
    folder,
    hosts: ["one", "two"],
    domain: undefined,
    edge: { acme: false },
    edgePorts: [80],
    secretsGiven: ["given"],
    htpasswds: [],
  });
  const problems = (declared: unknown) => {
    const read = readCatalogue(declared, around());
    return "problems" in read ? read.problems : [];
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-catalogue-"));
    for (const name of ["web", "api", "base"]) {
      mkdirSync(join(folder, "services", name), { recursive: true });
      writeFileSync(join(folder, "services", name, "Dockerfile"), "FROM scratch\n");
    }
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("takes a good one and fills in the lists that are not there", () => {
    const services = [{ name: "web", http: { port: 80 }, uses: ["api"] }, { name: "api" }];
    assert.deepEqual(readCatalogue({ services }, around()), {
      catalogue: { services, bases: [], secrets: [] },
    });
  });

  it("fails on a port that is none, a duration without its unit and an unknown key, all at once", () => {
    const services = [
      { name: "web", replica: 2 },
      { name: "api", stopGracePeriod: "10", ports: [{ published: 70000, target: 80 }] },
    ];
    assert.deepEqual(problems({ services }), [
      "services/web/replica: unknown key; see model/catalogue/service.ts for the known ones",
      "services/api/ports/0/published: not valid, got 70000; too big: expected number to be <=65535",
      'services/api/stopGracePeriod: not valid, got "10"; expected a number and a unit, as in "30 seconds" or "2 minutes"',
    ]);
  });

  it("fails on a field that is missing and on a choice that is none", () => {
    assert.deepEqual(problems({ services: [{ name: "web", http: {}, order: "both" }] }), [
      "services/web/http/port: not valid, got nothing; expected number, received undefined",
      'services/web/order: not valid, got "both"; invalid option: expected one of "start-first"|"stop-first"',
    ]);
  });

  it("fails on host names and paths that would change the edge's rule", () => {
    const http = { port: 80, domains: ["a.org", "A`.org"], path: "/a`b", redirectFrom: ["www."] };
    assert.deepEqual(problems({ services: [{ name: "web", http }] }), [
      'services/web/http/domains/1: not valid, got "A`.org"; expected a host name, as in "www" or "www.example.com"',
      'services/web/http/path: not valid, got "/a`b"; expected a path that starts with "/"',
      'services/web/http/redirectFrom/0: not valid, got "www."; expected a host name, as in "www" or "www.example.com"',
    ]);
  });

  it("fails on a health check that is none of the three", () => {
    assert.deepEqual(problems({ services: [{ name: "web", health: { port: 1 } }] }), [
      'services/web/health: not valid, got {"port":1}; expected one of {command: [...]}, {path: ...}, {up: ...}',
    ]);
  });

  it("fails on names used twice, also between a base and a service", () => {
    assert.deepEqual(
      problems({ services: [{ name: "web" }, { name: "web" }, { name: "base" }], bases: [{ name: "base" }] }),
      [
        'services/web/name: used twice, got "web"; expected a name of its own',
        'services/base/name: used twice, got "base"; expected a name of its own',
      ],
    );
  });

  it("fails on names nobody bears", () => {
    const web = { name: "web", uses: ["store"], host: "three", build: { base: "node" }, secrets: { A: "a" } };
    assert.deepEqual(problems({ services: [web, { name: "api" }] }), [
      'services/web/build/base: unknown base image, got "node"; expected none yet',
      'services/web/uses/0: unknown service, got "store"; expected web, api',
      'services/web/host: unknown host, got "three"; expected one, two',
      'services/web/secrets/A: unknown secret, got "a"; expected none yet',
    ]);
  });

  it("fails on a secret that is neither given nor generated", () => {
    const secrets = [{ name: "given" }, { name: "made", generate: 16 }, { name: "lost" }];
    assert.deepEqual(problems({ services: [], secrets }), [
      "secrets/lost: has no value; run: pulumi config set --secret secrets:lost",
    ]);
  });

  it("fails on a missing Dockerfile, folder or build secret", () => {
    const web = { name: "web", build: { dockerfile: "Other" } };
    const api = {
      name: "api",
      build: { additionalContexts: { shared: "shared" }, secrets: { key: "lost" } },
    };
    assert.deepEqual(problems({ services: [web, api, { name: "none" }] }), [
      'services/api/build/secrets/key: unknown secret, got "lost"; expected none yet',
      'services/web/build: no Dockerfile, got "services/web/Other"; expected a file',
      'services/api/build/shared: no such folder, got "shared"; expected one',
      'services/none/build/context: no such folder, got "services/none"; expected one',
    ]);
  });

  it("fails on a port of the edge's or another service's, on the same host and protocol only", () => {
    const ports = (published: number, protocol: "tcp" | "udp" = "tcp") => [
      { published, target: 1, protocol },
    ];
    const services = [
      { name: "web", ports: [...ports(80), ...ports(53)] },
      { name: "api", ports: [...ports(53), ...ports(53, "udp")] },
      { name: "base", host: "two", ports: ports(53) },
    ];
    assert.deepEqual(problems({ services }), [
      "services/web/ports/0: taken by the edge, got port 80/tcp of one; expected one of its own",
      "services/api/ports/0: taken by web, got port 53/tcp of one; expected one of its own",
    ]);
  });

  it("fails on a health path without http", () => {
    assert.deepEqual(problems({ services: [{ name: "web", health: { path: "/" } }] }), [
      "services/web/health/path: needs http, got none; expected http, or a health command",
    ]);
  });

  it("fails on services that use each other", () => {
    const services = [
      { name: "web", uses: ["api"] },
      { name: "api", uses: ["web"] },
    ];
    assert.deepEqual(problems({ services }), [
      "services/web/uses: leads back to itself, got api; expected no loop",
      "services/api/uses: leads back to itself, got web; expected no loop",
    ]);
  });
});
