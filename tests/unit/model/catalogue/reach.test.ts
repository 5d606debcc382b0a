import assert from "node:assert/strict";
import type { Secret, Service } from "../../../../model/catalogue/service.ts";
import { type Exposure, exposureProblems } from "../../../../model/catalogue/reach.ts";

describe("what services want of the edge", () => {
  const problems = (services: Service[], around: Partial<Exposure> = {}, secrets: Secret[] = []) =>
    exposureProblems(
      { services, secrets, bases: [] },
      { hosts: ["one", "two"], domain: "a.org", edge: { acme: false }, htpasswds: [], ...around },
    );
  const service = (name: string, http?: Partial<Service["http"]>, more: Partial<Service> = {}): Service => ({
    name,
    ...(http && { http: { port: 80, ...http } }),
    ...more,
  });

  it("may be the same host with other paths, and the same names on another host", () => {
    const services = [
      service("web", { domains: ["a.org"], redirectFrom: ["www"] }),
      service("api", { domains: ["a.org"], path: "/api" }),
      service("other", { domains: ["a.org"], redirectFrom: ["www"] }, { host: "two" }),
      service("plain", undefined, { labels: { "traefik.enable": "true" } }),
    ];
    assert.deepEqual(problems(services), []);
  });

  it("fails on two for the same requests, in one of several names too", () => {
    const services = [
      service("web", { domains: ["a.org", "b"] }),
      service("api", { domains: ["c", "b.a.org"] }),
    ];
    assert.deepEqual(problems(services), [
      "services/api/http: taken by web, got b.a.org/ on one; expected one of its own",
    ]);
    assert.deepEqual(problems([service("web", {}), service("api", {})], { domain: undefined }), [
      "services/api/http: taken by web, got */ on one; expected one of its own",
    ]);
  });

  it("fails on a name that leads elsewhere and answers, or leads to two", () => {
    const services = [
      service("web", { redirectFrom: ["www", "api", "web"] }),
      service("api", { path: "/v1", redirectFrom: ["www.a.org"] }),
    ];
    assert.deepEqual(problems(services), [
      "services/web/http/redirectFrom: taken by api, got api.a.org on one; expected one of its own",
      "services/web/http/redirectFrom: taken by web, got web.a.org on one; expected one of its own",
      "services/api/http/redirectFrom: taken by web, got www.a.org on one; expected one of its own",
    ]);
  });

  it("fails on names that cannot be completed, where they are needed", () => {
    const web = service("web", { redirectFrom: ["www"] });
    assert.deepEqual(problems([web], { domain: undefined }), [
      "services/web/http/redirectFrom: leads to the first of domains, got none; expected one",
      'services/web/http/redirectFrom: is short, got "www"; expected a whole name, or the setting domain',
    ]);
    assert.deepEqual(problems([service("web", {})], { domain: undefined, edge: { acme: true } }), [
      "services/web/http/domains: a certificate needs a name, got none; expected a whole one, or the setting domain",
    ]);
  });

  it("fails on a password list that is unknown, made at random, or none", () => {
    const secrets = [{ name: "staff" }, { name: "made", generate: 16 }];
    const services = ["staff", "made", "lost"].map((name) => service(name, { basicAuth: name }));
    assert.deepEqual(problems(services, {}, secrets), [
      'services/staff/http/basicAuth: not lines of htpasswd, got "staff"; expected name:hash on each, as htpasswd -nB <name> prints',
      'services/made/http/basicAuth: cannot be made at random, got "made"; expected a secret of yours, without generate',
      'services/lost/http/basicAuth: unknown secret, got "lost"; expected staff, made',
    ]);
    const [staff] = services;
    assert.deepEqual(problems(staff ? [staff] : [], { htpasswds: ["staff"] }, secrets), []);
  });

  it("fails on what only the edge does, where there is none", () => {
    const http = { redirectFrom: ["www"], basicAuth: "staff", rateLimit: { average: 1 } };
    const services = [service("web", http, { health: { path: "/" } }), service("api", {})];
    const around = { edge: undefined, htpasswds: ["staff"] };
    const instead = "got edge false; expected labels for your own proxy";
    assert.deepEqual(problems(services, around, [{ name: "staff" }]), [
      `services/web/http/redirectFrom: is the edge's to do, ${instead}`,
      `services/web/http/basicAuth: is the edge's to do, ${instead}`,
      `services/web/http/rateLimit: is the edge's to do, ${instead}`,
      "services/web/health/path: is asked by the edge, got edge false; expected a health command",
    ]);
  });

  it("fails on names that are Slipway's own", () => {
    assert.deepEqual(problems([service("edge", undefined, { labels: { "slipway.slot": "1", a: "b" } })]), [
      'services/edge/name: is the edge\'s own, got "edge"; expected another',
      'services/edge/labels/slipway.slot: is Slipway\'s own, got "slipway.slot"; expected another',
    ]);
  });
});
