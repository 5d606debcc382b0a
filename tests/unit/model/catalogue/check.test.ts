import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCatalogue } from "../../../../model/catalogue/check.ts";

describe("reading the catalogue", () => {
  let folder: string;
  const stack = () => ({
    folder,
    hosts: ["one", "two"],
    domain: undefined,
    edge: { acme: false },
    edgePorts: [80],
    secretsGiven: ["given"],
    htpasswds: [],
    lock: {},
  });
  const problems = (declared: unknown) => {
    const read = readCatalogue(declared, stack());
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
    assert.deepEqual(readCatalogue({ services }, stack()), {
      catalogue: { services, bases: [], secrets: [], volumes: [], networks: [] },
    });
  });

  it("fails on a port that is none, a duration without its unit and an unknown key, all at once", () => {
    const services = [
      { name: "web", replica: 2 },
      { name: "api", stopGracePeriod: "10", ports: [{ published: 70000, target: 80 }] },
    ];
    assert.deepEqual(problems({ services }), [
      'services/web/replica: unknown key. Did you mean "replicas"?',
      "services/api/ports/0/published: must be 1 to 65535, got 70000",
      'services/api/stopGracePeriod: must be a number and a unit, as in "30 seconds" or "2 minutes", got "10"',
    ]);
  });

  it("fails on a field that is missing and on a choice that is none", () => {
    assert.deepEqual(problems({ services: [{ name: "web", http: {}, order: "both" }] }), [
      "services/web/http/port: missing; expected a whole number, 1 to 65535",
      'services/web/order: must be "start-first" or "stop-first", got "both"',
    ]);
  });

  it("fails on a volume of an own image that nothing is mounted on, and on data that two volumes would go on with", () => {
    mkdirSync(join(folder, "services", "ground"));
    writeFileSync(join(folder, "services", "ground", "Dockerfile"), "FROM debian\nVOLUME /var/lib/db\n");
    const bases = [{ name: "ground" }];
    const api = (...volumes: object[]) => ({
      name: "api",
      build: { base: "ground", dockerfileInline: "FROM ground\nVOLUME /cache/\n" },
      volumes,
    });
    const mounted = { source: "data", target: "/var/lib/db/" };
    // A mount above is none on it.
    const above = { source: "cache", target: "/" };
    assert.deepEqual(problems({ bases, services: [api(mounted, above)] }), [
      "services/api/volumes: the image declares a volume at /cache/ and nothing is mounted there, so that data would be " +
        'left behind at each roll. Add { source: "data", target: "/cache/" }',
    ]);
    assert.deepEqual(problems({ bases, services: [api(mounted, { source: "c", target: "/cache" })] }), []);
    const web = { name: "web", volumes: [{ source: "a", target: "/a", from: "api/c" }] };
    const services = [web, api(mounted, { source: "c", target: "/cache", from: "web/b" })];
    assert.deepEqual(problems({ bases, services }), [
      'services/web/volumes/0/from: is still there as a volume of its own, got "api/c"',
    ]);
  });

  it("fails on host names and paths that would change the edge's rule", () => {
    const http = { port: 80, domains: ["a.org", "A`.org"], path: "/a`b", redirectFrom: ["www."] };
    assert.deepEqual(problems({ services: [{ name: "web", http }] }), [
      'services/web/http/domains/1: must be a host name, as in "www" or "www.example.com", got "A`.org"',
      'services/web/http/path: must be a path that starts with "/", got "/a`b"',
      'services/web/http/redirectFrom/0: must be a host name, as in "www" or "www.example.com", got "www."',
    ]);
  });

  it("fails on a health check that is none of the six", () => {
    assert.deepEqual(problems({ services: [{ name: "web", health: { x: 1 } }] }), [
      'services/web/health: must be one of {command: [...]}, {shell: ...}, {path: ...}, {up: ...}, "none", "image", got {"x":1}',
    ]);
  });

  it("fails on names used twice, also between a base and a service", () => {
    assert.deepEqual(
      problems({ services: [{ name: "web" }, { name: "web" }, { name: "base" }], bases: [{ name: "base" }] }),
      ['services/web/name: "web" is used twice', 'services/base/name: "base" is used twice'],
    );
  });

  it("fails on names nobody bears", () => {
    const web = { name: "web", uses: ["store"], host: "three", build: { base: "node" }, secrets: { A: "a" } };
    assert.deepEqual(problems({ services: [web, { name: "api" }] }), [
      'services/web/uses/0: unknown service, got "store"; expected one of web, api',
      'services/web/host: unknown host, got "three"; expected one of one, two',
      'services/web/secrets/A: unknown secret, got "a"; there is none yet',
      'services/web/build/base: unknown base image, got "node"; there is none yet',
    ]);
  });

  it("fails on a secret that is neither given nor generated", () => {
    const secrets = [{ name: "given" }, { name: "made", generate: 16 }, { name: "lost" }];
    assert.deepEqual(problems({ services: [], secrets }), [
      "secrets/lost: has no value. Run: pulumi config set --secret secrets:lost",
    ]);
  });

  it("fails on a missing Dockerfile, folder or build secret", () => {
    const web = { name: "web", build: { dockerfile: "Other" } };
    const api = {
      name: "api",
      build: { additionalContexts: { shared: "shared" }, secrets: { key: "lost" } },
    };
    assert.deepEqual(problems({ services: [web, api, { name: "none" }] }), [
      'services/api/build/secrets/key: unknown secret, got "lost"; there is none yet',
      'services/web/build/dockerfile: no such file, got "services/web/Other"',
      'services/api/build/additionalContexts/shared: no such folder, got "shared"',
      'services/none/build/context: no such folder, got "services/none"',
    ]);
  });

  it("fails where a service uses one of another host, whose name leads to its own host's edge", () => {
    const services = [
      { name: "web", uses: ["api", "db", "near"], host: "two" },
      { name: "api", http: { port: 80 } },
      { name: "db", host: "one", build: { context: "services/api" } },
      { name: "near", host: "two", build: { context: "services/api" } },
    ];
    assert.deepEqual(problems({ services }), [
      "services/web/uses/0: api is on host one, web on two; names inside end at a host. Put both on one host, or call it by its public name, without uses",
      "services/web/uses/1: db is on host one, web on two; names inside end at a host. Put both on one host, or publish one of its ports, without uses",
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
      "services/web/ports/0: port 80/tcp of host one is taken by the edge",
      "services/api/ports/0: port 53/tcp of host one is taken by service web",
    ]);
  });

  it("fails on a health path without http", () => {
    assert.deepEqual(problems({ services: [{ name: "web", health: { path: "/" } }] }), [
      "services/web/health/path: the edge requests it, and needs http. Add http, or use a health command",
    ]);
  });

  it("fails on services that use each other", () => {
    const services = [
      { name: "web", uses: ["api"] },
      { name: "api", uses: ["web"] },
    ];
    assert.deepEqual(problems({ services }), [
      "services/web/uses: leads back to itself: web → api → web",
      "services/api/uses: leads back to itself: api → web → api",
    ]);
  });

  it("fails on names that are Slipway's own", () => {
    const web = { name: "web", labels: { "slipway.slot": "1", a: "b" } };
    const edge = { name: "edge", build: { context: "services/web" } };
    assert.deepEqual(problems({ services: [web, edge] }), [
      'services/web/labels/slipway.slot: labels that begin with "slipway." are reserved',
      "services/edge/name: reserved for Slipway's edge. Choose another name",
    ]);
  });

  it("fails on several replicas where they would share a port or a volume", () => {
    const ports = [{ published: 53, target: 53 }];
    const volumes = [{ source: "data", target: "/data" }];
    const services = [
      { name: "web", replicas: 2, ports, volumes },
      { name: "api", replicas: 2 },
    ];
    assert.deepEqual(problems({ services }), [
      "services/web/replicas: must be 1 as it publishes a host port and writes a volume, got 2",
    ]);
  });

  it("fails on Compose's short forms, with the keys of the long one", () => {
    const web = { name: "web", ports: ["80:80"], volumes: "data:/data", build: ".", environment: ["A=1"] };
    assert.deepEqual(
      problems({ services: [web] }).map((problem) => problem.replace(/, dockerfile, .*\}/, ", …}")),
      [
        'services/web/build: must be an object {context, …}, got "."',
        'services/web/ports/0: must be an object {published, target, protocol, hostIp}, got "80:80"',
        'services/web/environment: must be an object, got ["A=1"]',
        'services/web/volumes: must be a list, got "data:/data"',
      ],
    );
  });

  it("fails on what is wrong in the health check that is meant", () => {
    const services = [
      { name: "web", health: { path: "health" } },
      { name: "api", health: { path: "/", retries: 3 } },
      { name: "base", health: { command: [] } },
    ];
    assert.deepEqual(problems({ services }), [
      'services/web/health/path: must be a path that starts with "/", got "health"',
      "services/api/health/retries: does not go with the other keys there",
      "services/base/health/command: must not be empty, got []",
    ]);
  });

  it("fails on what is said twice, so that chance would decide", () => {
    const secrets = [{ name: "given" }, { name: "made", generate: 32 }];
    const web = {
      name: "web",
      environment: { KEY: "plain", key: "another", OTHER: "" },
      secrets: { KEY: "given", SECOND: "given" },
      uses: ["api", "api"],
      ports: [
        { published: 90, target: 1 },
        { published: 90, target: 2 },
        { published: 90, target: 2, protocol: "udp" },
      ],
      volumes: [
        { source: "data", target: "/data" },
        { source: "data", target: "/more" },
        { source: "logs", target: "/data//" },
      ],
      build: { base: "base", additionalContexts: { base: "services/base" } },
    };
    assert.deepEqual(problems({ services: [web, { name: "api" }], bases: [{ name: "base" }], secrets }), [
      "services/web/secrets/KEY: is in environment too. Leave it out of one of them",
      'services/web/volumes/2/target: another volume is mounted there, got "/data//"',
      'services/web/uses/1: "api" is listed twice',
      "services/web/build/additionalContexts/base: is the name of build.base too. Choose another",
      "services/web/ports/1: port 90/tcp of host one is published twice",
    ]);
    const generated = { services: [], secrets: [{ name: "given", generate: 32 }] };
    assert.deepEqual(problems(generated), [
      'secrets/given: is generated, and has a value in the configuration. Leave "generate" out here, or run: pulumi config rm secrets:given',
    ]);
  });

  it("fails on variables whose names hold their value's beginning", () => {
    const web = { name: "web", environment: { "A=B": "c" }, secrets: { "A B": "given", "": "given" } };
    assert.deepEqual(problems({ services: [web], secrets: [{ name: "given" }] }), [
      'services/web/environment/A=B: must be a name without spaces and "="',
      'services/web/secrets/A B: must be a name without spaces and "="',
      'services/web/secrets/: must be a name without spaces and "="',
    ]);
  });
});
