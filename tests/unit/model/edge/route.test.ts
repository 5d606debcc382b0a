import assert from "node:assert/strict";
import { type Edge } from "../../../../model/edge/traefik.ts";
import { htpasswdUsers } from "../../../../model/edge/htpasswd.ts";
import { publicUrl, routeFile } from "../../../../model/edge/route.ts";

const HTTP: Edge = { port: 80 };
const ACME: Edge = { port: 80, https: { port: 443, acme: { server: "https://ca/" } } };

interface RouteFile {
  http: {
    routers: Record<string, { rule: string; middlewares?: string[]; tls?: object }>;
    middlewares?: Record<string, object>;
  };
}

describe("routes", () => {
  const route = (http: object, domain?: string, edge = HTTP, users?: string[]) =>
    (
      JSON.parse(
        routeFile({ name: "web", http: { port: 8000, ...http } }, { domain, edge }, users),
      ) as RouteFile
    ).http;

  it("go by path alone where the stack has no domain", () => {
    assert.equal(route({ path: "/api" }).routers.web?.rule, "PathPrefix(`/api`)");
  });

  it("go by the service's name in the stack's domain, or by whole names as they are", () => {
    assert.equal(route({}, "example.com").routers.web?.rule, "(Host(`web.example.com`)) && PathPrefix(`/`)");
    assert.equal(
      route({ domains: ["www", "example.org"] }, "example.com").routers.web?.rule,
      "(Host(`www.example.com`) || Host(`example.org`)) && PathPrefix(`/`)",
    );
  });

  it("lead through the maintenance middleware from outside, and past it from other services, on an entry point of their own", () => {
    assert.deepEqual(route({}).routers, {
      web: {
        entryPoints: ["public"],
        rule: "PathPrefix(`/`)",
        service: "web",
        middlewares: ["web_maintenance"],
      },
      web_internal: { entryPoints: ["internal"], rule: "Host(`web`)", service: "web" },
    });
    // Not even an empty one, for which Traefik would refuse the file.
    assert.equal("middlewares" in route({}), false);
  });

  it("are on the secure entry point with HTTPS, certificates asked for where they come by ACME", () => {
    const { tls, ...router } = route({}, "a.org", ACME).routers.web ?? { rule: "" };
    assert.deepEqual(tls, { certResolver: "acme" });
    assert.deepEqual(router, {
      entryPoints: ["secure"],
      rule: "(Host(`web.a.org`)) && PathPrefix(`/`)",
      service: "web",
      middlewares: ["web_maintenance"],
    });
    const own = { port: 80, https: { port: 443, certificate: "PEM" } };
    assert.deepEqual(route({}, "a.org", own).routers.web?.tls, {});
  });

  it("count requests before they ask for a password", () => {
    const guarded = { basicAuth: "staff", rateLimit: { average: 5 } };
    const { routers, middlewares } = route(guarded, undefined, HTTP, ["ann:hash"]);
    assert.deepEqual(routers.web?.middlewares, ["web_maintenance", "web_limit", "web_auth"]);
    assert.deepEqual(middlewares, {
      web_limit: { rateLimit: { average: 5, burst: 5 } },
      web_auth: { basicAuth: { users: ["ann:hash"], realm: "web" } },
    });
    assert.deepEqual(route({ rateLimit: { average: 5, burst: 20 } }).middlewares, {
      web_limit: { rateLimit: { average: 5, burst: 20 } },
    });
  });

  it("lead other names to the first, with the port that is published and a certificate of their own", () => {
    const http = { domains: ["a.org", "b.org"], redirectFrom: ["www", "old.org"] };
    const edge = { port: 81, https: { port: 444, acme: { server: "https://ca/" } } };
    const { routers, middlewares } = route(http, "a.org", edge);
    assert.deepEqual(routers.web_redirect, {
      entryPoints: ["secure"],
      tls: { certResolver: "acme" },
      rule: "Host(`www.a.org`) || Host(`old.org`)",
      service: "noop@internal",
      middlewares: ["web_redirect"],
    });
    const replacement = "https://a.org:444${1}";
    assert.deepEqual(middlewares?.web_redirect, {
      redirectRegex: { regex: "^https?://[^/]+(.*)$", replacement, permanent: true },
    });
  });

  it("have the URL of their first host name, else of the machine", () => {
    const service = { name: "web", http: { port: 8000, path: "/x" } };
    const url = (domain: string | undefined, edge: Edge) => publicUrl(service, "10.0.0.2", { domain, edge });
    assert.equal(url(undefined, HTTP), "http://10.0.0.2/x");
    assert.equal(url("a.org", { port: 81 }), "http://web.a.org:81/x");
    assert.equal(url("a.org", ACME), "https://web.a.org/x");
    assert.equal(url("a.org", { port: 80, https: { port: 8443 } }), "https://web.a.org:8443/x");
  });
});

describe("htpasswd", () => {
  it("gives its users, empty lines and comments left out", () => {
    const bcrypt = `ann:$2y$05$${"a".repeat(53)}`;
    const users = [bcrypt, "bob:$apr1$salt$hash", "eve:{SHA}hash="];
    assert.deepEqual(htpasswdUsers(`# staff\n${users.join("\n\r\n")}\n`), users);
  });

  it("fails on a password as it is, on a line without a name, and on nothing", () => {
    for (const text of ["ann:secret", "$2y$05$abc", "", "# nobody\n", "ann:$2y$05$abc\nbob"])
      assert.equal(htpasswdUsers(text), undefined, text);
  });
});
