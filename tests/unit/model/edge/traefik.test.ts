import assert from "node:assert/strict";
import { type Edge, edgeArguments, edgeCommand } from "../../../../model/edge/traefik.ts";
import { PLAIN } from "./edges.ts";

describe("the edge's command line", () => {
  const of = (https?: Parameters<typeof edgeArguments>[0]["https"]) =>
    edgeArguments({ ...PLAIN, ...(https && { https }) }).filter((word) =>
      /acme|\.secure|redirect/i.test(word),
    );

  it("has neither HTTPS nor a redirection where that is off", () => {
    assert.deepEqual(of(), []);
  });

  it("leads to the port that is published, and not to the one inside", () => {
    assert.deepEqual(
      of({ port: 444, certificate: "PEM" }).filter((word) => word.includes("redirections")),
      [
        "--entryPoints.public.http.redirections.entryPoint.to=:444",
        "--entryPoints.public.http.redirections.entryPoint.scheme=https",
        "--entryPoints.public.http.redirections.entryPoint.permanent=true",
      ],
    );
  });

  it("asks for certificates over HTTP, or in DNS, and keeps them in the volume", () => {
    const acme = { server: "https://ca/dir" };
    const resolver = (more: object) =>
      of({ port: 443, acme: { ...acme, ...more } })
        .filter((word) => word.startsWith("--certificatesResolvers.acme.acme."))
        .map((word) => word.replace("--certificatesResolvers.acme.acme.", ""));
    assert.deepEqual(resolver({}), [
      "caServer=https://ca/dir",
      "storage=/acme/acme.json",
      "keyType=EC256",
      "httpChallenge.entryPoint=public",
    ]);
    assert.deepEqual(resolver({ dns: "cloudflare", email: "a@b.org", serverCa: "PEM" }), [
      "caServer=https://ca/dir",
      "caCertificates=/tmp/acme-ca.pem",
      "email=a@b.org",
      "storage=/acme/acme.json",
      "keyType=EC256",
      "dnsChallenge.provider=cloudflare",
    ]);
  });

  it("gives requests in flight half a second on every entry point", () => {
    const graces = edgeArguments({ ...PLAIN, https: { port: 443 } }).filter((word) =>
      /graceTimeOut/.test(word),
    );
    assert.deepEqual(graces, [
      "--entryPoints.public.transport.lifeCycle.graceTimeOut=500ms",
      "--entryPoints.secure.transport.lifeCycle.graceTimeOut=500ms",
      "--entryPoints.internal.transport.lifeCycle.graceTimeOut=500ms",
    ]);
  });

  const options = (name: string, edge: Partial<Edge>) =>
    edgeArguments({ ...PLAIN, https: { port: 443 }, ...edge }).flatMap((word) =>
      word.startsWith(`--entryPoints.${name}.`) ? [word.slice(`--entryPoints.${name}.`.length)] : [],
    );

  it("passes encoded characters on, but null, at every entry point, and cleans plain steps away", () => {
    for (const name of ["public", "secure", "internal"])
      assert.deepEqual(
        options(name, {}).filter((option) => /^http\.(encode|sanitize)/.test(option)),
        [
          ...["Slash", "BackSlash", "Hash", "Percent", "QuestionMark", "Semicolon"].map(
            (character) => `http.encodedCharacters.allowEncoded${character}=true`,
          ),
          "http.sanitizePath=true",
          "http.encodeQuerySemicolons=true",
        ],
        name,
      );
  });

  it("believes proxies where they are named, at the entry points that are published", () => {
    const believed = (name: string, edge: Partial<Edge>) =>
      options(name, edge).filter((option) => /trusted|insecure/i.test(option));
    const edge = { trustedProxies: ["10.0.0.0/8", "2001:db8::/32"], proxyProtocol: true };
    for (const name of ["public", "secure"]) {
      assert.deepEqual(believed(name, {}), []);
      assert.deepEqual(believed(name, { ...edge, proxyProtocol: false }), [
        "forwardedHeaders.trustedIPs=10.0.0.0/8,2001:db8::/32",
      ]);
      assert.deepEqual(believed(name, edge), [
        "forwardedHeaders.trustedIPs=10.0.0.0/8,2001:db8::/32",
        "proxyProtocol.trustedIPs=10.0.0.0/8,2001:db8::/32",
      ]);
    }
    assert.deepEqual(believed("internal", edge), []);
  });

  it("takes other spellings of forwarded headers off, and other words for them unless there are proxies to say them", () => {
    const removed = (edge: Partial<Edge>) => {
      const [file = ""] = edgeCommand({ ...PLAIN, ...edge });
      const { http } = JSON.parse(file) as {
        http: { middlewares: { outside: { headers: { customRequestHeaders: Record<string, string> } } } };
      };
      return http.middlewares.outside.headers.customRequestHeaders;
    };
    const trusting = removed({ trustedProxies: ["10.0.0.0/8"] });
    for (const name of [
      "X_Forwarded_For",
      "X-Forwarded_For",
      "X_Forwarded-Proto",
      "X_Real_Ip",
      "Remote_User",
    ]) {
      assert.equal(removed({})[name], "", name);
      assert.equal(trusting[name], "", name);
    }
    for (const name of ["Forwarded", "X-Forwarded-Ssl", "X-Original-Url", "Remote-User"]) {
      assert.equal(removed({})[name], "", name);
      assert.equal(trusting[name], undefined, name);
    }
    // Traefik's own, which it writes anew itself.
    assert.equal(removed({})["X-Forwarded-For"], undefined);
  });

  it("tells browsers to stay with HTTPS where that is said, and only by HTTPS", () => {
    const middlewares = (name: string, hstsDays: number) =>
      options(name, { hstsDays }).filter((option) => option.startsWith("http.middlewares"));
    assert.deepEqual(middlewares("secure", 0), ["http.middlewares=outside@file"]);
    assert.deepEqual(middlewares("secure", 2), ["http.middlewares=outside@file,hsts@file"]);
    assert.deepEqual(middlewares("public", 2), ["http.middlewares=outside@file"]);
    assert.deepEqual(middlewares("internal", 2), []);
    assert.match(
      edgeCommand({ ...PLAIN, hstsDays: 2 })[0] ?? "",
      /"hsts":\{"headers":\{"stsSeconds":172800\}\}/,
    );
  });

  it("gives a request as long to arrive as the stack says", () => {
    assert.ok(options("public", {}).includes("transport.respondingTimeouts.readTimeout=3600s"));
    const quick = options("secure", { uploadTimeout: "2 minutes" });
    assert.ok(quick.includes("transport.respondingTimeouts.readTimeout=120s"));
  });
});
