import assert from "node:assert/strict";
import { edgeArguments } from "../../../../model/edge/traefik.ts";

describe("the edge's command line", () => {
  const of = (https?: Parameters<typeof edgeArguments>[0]["https"]) =>
    edgeArguments({ port: 80, ...(https && { https }) }).filter((word) =>
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
      "caCertificates=/etc/slipway/acme-ca.pem",
      "email=a@b.org",
      "storage=/acme/acme.json",
      "keyType=EC256",
      "dnsChallenge.provider=cloudflare",
    ]);
  });

  it("gives requests in flight half a second on every entry point", () => {
    const graces = edgeArguments({ port: 80, https: { port: 443 } }).filter((word) =>
      /graceTimeOut/.test(word),
    );
    assert.deepEqual(graces, [
      "--entryPoints.public.transport.lifeCycle.graceTimeOut=500ms",
      "--entryPoints.secure.transport.lifeCycle.graceTimeOut=500ms",
      "--entryPoints.internal.transport.lifeCycle.graceTimeOut=500ms",
    ]);
  });
});
