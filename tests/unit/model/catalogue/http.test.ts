import assert from "node:assert/strict";
import type { Secret, Service } from "../../../../model/catalogue/service.ts";
import { healthProblems } from "../../../../model/catalogue/health.ts";
import { httpProblems } from "../../../../model/catalogue/http.ts";
import type { StackContext } from "../../../../model/catalogue/stack-context.ts";

const STACK: StackContext = {
  folder: "",
  hosts: ["one", "two"],
  domain: "a.org",
  edge: { acme: false },
  edgePorts: [],
  secretsGiven: [],
  htpasswds: [],
  lock: {},
};

describe("what services want of the edge", () => {
  const problems = (services: Service[], stack: Partial<StackContext> = {}, secrets: Secret[] = []) =>
    [httpProblems, healthProblems].flatMap((check) =>
      check({ services, secrets, bases: [], volumes: [], networks: [] }, { ...STACK, ...stack }),
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
    assert.deepEqual(problems(services), ["services/api/http: b.a.org/ on host one is taken by service web"]);
    assert.deepEqual(problems([service("web", {}), service("api", {})], { domain: undefined }), [
      "services/api/http: / of every name on host one is taken by service web. Without the setting domain a service has no name " +
        "of its own. Run: pulumi config set domain …, or write whole names into http.domains, or another http.path",
    ]);
  });

  it("fails on a health path that what speaks h2c alone cannot be asked for", () => {
    const health = { path: "/health" };
    assert.deepEqual(problems([service("grpc", { protocol: "h2c" }, { health })]), [
      "services/grpc/health/path: is asked in HTTP/1.1, but http.protocol is h2c. Use a health command",
    ]);
    assert.deepEqual(problems([service("grpc", { protocol: "h2c" }), service("web", {}, { health })]), []);
  });

  it("fails on what goes with a password where there is none", () => {
    assert.deepEqual(problems([service("web", { userHeader: "Remote-User", guardInside: true })]), [
      "services/web/http/userHeader: needs basicAuth, which is not set",
      "services/web/http/guardInside: needs basicAuth or rateLimit, and has neither",
    ]);
    assert.deepEqual(problems([service("web", { rateLimit: { average: 1 }, guardInside: true })]), []);
  });

  it("fails on a name that leads elsewhere and answers, or leads to two", () => {
    const services = [
      service("web", { redirectFrom: ["www", "api", "web"] }),
      service("api", { path: "/v1", redirectFrom: ["www.a.org"] }),
    ];
    assert.deepEqual(problems(services), [
      "services/web/http/redirectFrom: api.a.org on host one is taken by service api",
      "services/web/http/redirectFrom: web.a.org on host one is taken by service web",
      "services/api/http/redirectFrom: www.a.org on host one is taken by service web",
    ]);
  });

  it("fails on names that cannot be completed, where they are needed", () => {
    const web = service("web", { redirectFrom: ["www"] });
    const short = (key: string, host: string) =>
      `services/web/http/${key}: must be a whole name where the setting domain is not set, got "${host}". Write it whole, ` +
      "or: pulumi config set domain …";
    assert.deepEqual(problems([web], { domain: undefined }), [
      "services/web/http/redirectFrom: redirects to the first of domains. Add a whole name there",
      short("redirectFrom", "www"),
    ]);
    // Never dropped in silence, beside a whole one either.
    const named = service("web", { domains: ["a.org", "shop"] });
    assert.deepEqual(problems([named], { domain: undefined }), [short("domains", "shop")]);
    assert.deepEqual(problems([named]), []);
    assert.deepEqual(problems([service("web", {})], { domain: undefined, edge: { acme: true } }), [
      "services/web/http/domains: a certificate needs a whole name. Add one here, or set the setting domain",
    ]);
  });

  it("fails on a password list that is unknown, made at random, or none", () => {
    const secrets = [{ name: "staff" }, { name: "made", generate: 16 }];
    const services = ["staff", "made", "lost"].map((name) => service(name, { basicAuth: name }));
    assert.deepEqual(problems(services, {}, secrets), [
      'services/staff/http/basicAuth: secret "staff" has no lines of htpasswd; expected name:hash on each, as printed by: htpasswd -nB <name>',
      'services/made/http/basicAuth: secret "made" is generated at random; expected one that you set, without generate',
      'services/lost/http/basicAuth: unknown secret, got "lost"; expected one of staff, made',
    ]);
    const [staff] = services;
    assert.deepEqual(problems(staff ? [staff] : [], { htpasswds: ["staff"] }, secrets), []);
  });

  it("fails on what only the edge does, where there is none", () => {
    const http = { redirectFrom: ["www"], basicAuth: "staff", rateLimit: { average: 1 } };
    const services = [service("web", http, { health: { path: "/" } }), service("api", {})];
    const stack = { edge: undefined, htpasswds: ["staff"] };
    const off = "needs Slipway's edge, which is off (edge: false)";
    assert.deepEqual(problems(services, stack, [{ name: "staff" }]), [
      `services/web/http/redirectFrom: ${off}. Set it in your own proxy, through labels`,
      `services/web/http/basicAuth: ${off}. Set it in your own proxy, through labels`,
      `services/web/http/rateLimit: ${off}. Set it in your own proxy, through labels`,
      `services/web/health/path: ${off}. Use a health command`,
    ]);
  });
});
