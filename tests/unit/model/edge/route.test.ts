import assert from "node:assert/strict";
import { type Edge } from "../../../../model/edge/traefik.ts";
import { htpasswdUsers } from "../../../../model/edge/htpasswd.ts";
import { PLAIN } from "./edges.ts";
import { subnetOf } from "../../../../model/host/subnet.ts";
import { publicUrl, routeFile } from "../../../../model/edge/route.ts";

const HTTP = PLAIN;
const ACME: Edge = { ...PLAIN, https: { port: 443, acme: { server: "https://ca/" } } };

const STACK = { owner: { project: "slipway", stack: "dev" }, subnet: subnetOf("172.28.0.0/16") };
const INSIDE = "Host(`web`) && ClientIP(`172.28.0.0/16`) && !ClientIP(`172.28.0.1`)";

interface RouteFile {
  http: {
    routers: Record<string, { rule: string; priority: number; middlewares?: string[]; tls?: object }>;
    middlewares?: Record<string, object>;
  };
}

describe("routes", () => {
  const route = (http: object, domain?: string, edge = HTTP, users?: string[]) =>
    (
      JSON.parse(
        // As if they were the only stack's: the names are what is different where there are several.
        routeFile(
          { name: "web", http: { port: 8000, ...http } },
          { ...STACK, domain, edge },
          users,
        ).replaceAll("slipway+dev+", ""),
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
    const { web, web_internal } = route({}).routers;
    assert.deepEqual(web, {
      entryPoints: ["public"],
      rule: "PathPrefix(`/`)",
      priority: 4,
      service: "web",
      middlewares: ["web_maintenance"],
    });
    assert.deepEqual(web_internal, { entryPoints: ["internal"], rule: INSIDE, service: "web" });
    // Not even an empty one, for which Traefik would refuse the file.
    assert.equal("middlewares" in route({}), false);
  });

  it("are on the secure entry point with HTTPS, certificates asked for where they come by ACME", () => {
    const { tls, ...router } = route({}, "a.org", ACME).routers.web ?? { rule: "", priority: 0 };
    assert.deepEqual(tls, { certResolver: "acme" });
    assert.deepEqual(router, {
      entryPoints: ["secure"],
      rule: "(Host(`web.a.org`)) && PathPrefix(`/`)",
      priority: 100_004,
      service: "web",
      middlewares: ["web_maintenance"],
    });
    const own = { ...PLAIN, https: { port: 443, certificate: "PEM" } };
    assert.deepEqual(route({}, "a.org", own).routers.web?.tls, {});
  });

  it("count requests before they ask for a password", () => {
    const guarded = { basicAuth: "staff", rateLimit: { average: 5 } };
    const { routers, middlewares } = route(guarded, undefined, HTTP, ["ann:hash"]);
    assert.deepEqual(routers.web?.middlewares, ["web_maintenance", "web_limit", "web_auth"]);
    assert.deepEqual(middlewares, {
      web_limit: { rateLimit: { average: 5, burst: 5 } },
      web_auth: { basicAuth: { users: ["ann:hash"], realm: "web", removeHeader: true } },
    });
    assert.deepEqual(route({ rateLimit: { average: 5, burst: 20 } }).middlewares, {
      web_limit: { rateLimit: { average: 5, burst: 20 } },
    });
  });

  it("lead other names to the first, with the port that is published and a certificate of their own", () => {
    const http = { domains: ["a.org", "b.org"], redirectFrom: ["www", "old.org"] };
    const edge = { ...PLAIN, port: 81, https: { port: 444, acme: { server: "https://ca/" } } };
    const { routers, middlewares } = route(http, "a.org", edge);
    assert.deepEqual(routers.web_redirect, {
      entryPoints: ["secure"],
      tls: { certResolver: "acme" },
      rule: "Host(`www.a.org`) || Host(`old.org`)",
      priority: 100_004,
      service: "noop@internal",
      middlewares: ["web_redirect"],
    });
    const replacement = "https://a.org:444${2}";
    assert.deepEqual(middlewares?.web_redirect, {
      redirectRegex: { regex: "^(https?)://[^/]+(.*)$", replacement, permanent: true },
    });
    // A proxy before it knows the scheme, and the port is its own.
    const behind = route(http, "a.org", { ...PLAIN, port: 81, trustedProxies: ["10.0.0.1"] });
    assert.match(
      JSON.stringify(behind.middlewares?.web_redirect),
      /"replacement":"\$\{1\}:\/\/a\.org\$\{2\}"/,
    );
  });

  it("go before others by a name, then by the longer path, however many names there are", () => {
    const many = { domains: Array.from({ length: 20 }, (_, index) => `name-${index}.example.org`) };
    const priority = (http: object, domain?: string) => route(http, domain).routers.web?.priority ?? 0;
    const ranked = [
      priority({ path: "/" }),
      priority({ path: "/api" }),
      priority({ path: "/api/much/longer/than/any/list/of/names" }),
      priority({ ...many, path: "/" }),
      priority({ path: "/a" }, "a.org"),
      priority({ ...many, path: "/api" }),
      priority({ path: "/api/v2" }, "a.org"),
    ];
    assert.deepEqual(
      ranked,
      ranked.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(ranked).size, ranked.length);
    assert.equal(priority({ domains: ["a.org"], path: "/x" }), priority({ ...many, path: "/x" }));
    const redirect = route({ ...many, redirectFrom: ["old.org"] }).routers.web_redirect?.priority ?? 0;
    assert.ok(redirect > (ranked[2] ?? Infinity));
  });

  it("count by the sender that a trusted proxy tells of, and by the address of everybody else", () => {
    const edge = { ...PLAIN, trustedProxies: ["10.0.0.0/8", "2001:db8::/32"] };
    const { routers, middlewares } = route({ rateLimit: { average: 5 }, basicAuth: "staff" }, "a.org", edge);
    const { web, web_proxied } = routers;
    assert.equal(
      web_proxied?.rule,
      `(${web?.rule}) && (ClientIP(\`10.0.0.0/8\`) || ClientIP(\`2001:db8::/32\`))`,
    );
    assert.ok(web && web_proxied.priority > web.priority);
    assert.deepEqual(web.middlewares, ["web_maintenance", "web_limit", "web_auth"]);
    assert.deepEqual(web_proxied.middlewares, ["web_maintenance", "web_limit_proxied", "web_auth"]);
    assert.deepEqual(middlewares?.web_limit, { rateLimit: { average: 5, burst: 5 } });
    assert.deepEqual(middlewares.web_limit_proxied, {
      rateLimit: {
        average: 5,
        burst: 5,
        sourceCriterion: { ipStrategy: { excludedIPs: ["10.0.0.0/8", "2001:db8::/32"] } },
      },
    });
    assert.equal(route({ basicAuth: "staff" }, "a.org", edge).routers.web_proxied, undefined);
  });

  it("refuse other spellings of a path that has a password, whichever service's they would be", () => {
    const { routers } = route({ basicAuth: "staff", path: "/admin/a.b" }, "a.org");
    const around = routers.web_around;
    assert.ok(around && routers.web && around.priority > routers.web.priority);
    const [prefix, spelled = "", up = ""] = [...around.rule.matchAll(/`([^`]*)`/g)]
      .slice(1)
      .map(([, text]) => text);
    assert.equal(prefix, "/admin/a.b");
    const refused = (path: string) => new RegExp(spelled).test(path) || new RegExp(up).test(path);
    for (const path of [
      "/%2Fadmin/a.b",
      "/admin%2Fa.b",
      "/.%2Fadmin/a.b",
      "/x/..%2Fadmin/a.b",
      "/x%2F..",
      "/x\\..\\y",
    ])
      assert.ok(refused(path), path);
    for (const path of ["/x%2Fadmin/a.b", "/adminXaxb", "/a..b%2F..c", "/https:%2F%2Fx", "/administrator"])
      assert.ok(!refused(path), path);
    assert.equal(route({ basicAuth: "staff" }, "a.org").routers.web_around, undefined);
    assert.equal(route({ path: "/admin" }, "a.org").routers.web_around, undefined);
  });

  it("tell a service who has come in, which nobody else can say, neither outside nor inside", () => {
    const { routers, middlewares } = route({ basicAuth: "staff", userHeader: "X-WebAuth-User" });
    assert.deepEqual(routers.web?.middlewares, ["web_maintenance", "web_user", "web_auth"]);
    assert.deepEqual(routers.web_internal?.middlewares, ["web_user"]);
    const spelled = ["X-WebAuth-User", "X-WebAuth_User", "X_WebAuth-User", "X_WebAuth_User"];
    assert.deepEqual(middlewares?.web_user, {
      headers: { customRequestHeaders: Object.fromEntries(spelled.map((name) => [name, ""])) },
    });
    assert.match(JSON.stringify(middlewares.web_auth), /"removeHeader":true,"headerField":"X-WebAuth-User"/);
  });

  it("ask other services too where the service says so", () => {
    const guarded = { basicAuth: "staff", rateLimit: { average: 5 } };
    assert.equal(route(guarded).routers.web_internal?.middlewares, undefined);
    const inside = route({ ...guarded, guardInside: true }).routers.web_internal;
    assert.deepEqual(inside?.middlewares, ["web_limit", "web_auth"]);
  });

  it("bear the names of their project and stack, as several may stand behind one edge", () => {
    const file = routeFile(
      { name: "web", http: { port: 8000, basicAuth: "x" } },
      { ...STACK, domain: "a.org", edge: HTTP },
    );
    const { http } = JSON.parse(file) as { http: Record<string, object> };
    const keys = Object.values(http).flatMap((kind) => Object.keys(kind));
    assert.deepEqual(
      keys.filter((key) => !key.startsWith("slipway+dev+web")),
      [],
    );
  });

  it("have the URL of their first host name, else of the machine", () => {
    const service = { name: "web", http: { port: 8000, path: "/x" } };
    const url = (domain: string | undefined, edge: Edge) => publicUrl(service, "10.0.0.2", { domain, edge });
    assert.equal(url(undefined, HTTP), "http://10.0.0.2/x");
    assert.equal(url("a.org", { ...PLAIN, port: 81 }), "http://web.a.org:81/x");
    assert.equal(url("a.org", ACME), "https://web.a.org/x");
    assert.equal(url("a.org", { ...PLAIN, https: { port: 8443 } }), "https://web.a.org:8443/x");
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
