import assert from "node:assert/strict";
import * as edge from "../../../settings/edge.ts";
import { selfSigned } from "../../certificate.ts";
import { problemsOf, readerOf } from "./readers.ts";

/** Settings by key, the DNS provider's credentials as `edge:VARIABLE`. */
type Texts = Record<string, string>;

describe("the edge's settings", () => {
  const image = `traefik@sha256:${"ab".repeat(32)}`;
  const good = async (texts: Texts) => {
    const reader = await readerOf({ edgeImage: image, ...texts });
    const { edge: settings } = edge.read(reader);
    assert.deepEqual(problemsOf(reader), []);
    return settings && { port: settings.port, ...(settings.https && { https: settings.https }) };
  };
  const problems = async (texts: Texts) => {
    const reader = await readerOf({ edgeImage: image, ...texts });
    edge.read(reader);
    return problemsOf(reader);
  };
  const own = selfSigned({ hosts: ["a.org"] });

  it("are plain HTTP on port 80 where nothing is said, and none where the edge is off", async () => {
    assert.deepEqual(await good({}), { port: 80 });
    assert.equal(await good({ edge: "false" }), undefined);
  });

  it("name Let's Encrypt's two servers, or one's own with its authority", async () => {
    const server = async (texts: Texts) => (await good(texts))?.https?.acme;
    assert.deepEqual(await server({ https: "acme" }), {
      server: "https://acme-v02.api.letsencrypt.org/directory",
    });
    assert.deepEqual(await server({ https: "acme-staging", acmeEmail: "a@b.org" }), {
      server: "https://acme-staging-v02.api.letsencrypt.org/directory",
      email: "a@b.org",
    });
    const mine = { acmeServer: "https://ca.lan/dir", acmeServerCa: own.certificate };
    assert.deepEqual(
      await server({ https: "acme", ...mine, acmeDns: "cloudflare", "edge:CF_DNS_API_TOKEN": "x" }),
      {
        server: "https://ca.lan/dir",
        serverCa: own.certificate,
        dns: "cloudflare",
      },
    );
  });

  it("hold one's own certificate where its key goes with it", async () => {
    const { certificate, key } = own;
    assert.deepEqual(
      await good({ https: "certificate", httpsPort: "444", certificate, certificateKey: key }),
      {
        port: 80,
        https: { port: 444, certificate },
      },
    );
  });

  it("fail on a choice that is none, and on one port for both", async () => {
    assert.deepEqual(await problems({ edge: "no", https: "on" }), [
      'edge: not valid, got "no"; expected true, false or <project>/<stack>',
      'https: not valid, got "on"; expected off, acme, acme-staging or certificate',
    ]);
    assert.deepEqual(await problems({ https: "acme", edgePort: "443", httpsPort: "443" }), [
      "httpsPort: the same port as edgePort, got 443",
    ]);
    assert.deepEqual(await problems({ https: "acme", edgePort: "0", httpsPort: "x" }), [
      'edgePort: not a port, got "0"; expected 1 to 65535',
      'httpsPort: not a port, got "x"; expected 1 to 65535',
    ]);
  });

  it("name the stack that has the edge, this one or another, and what only that one may say is refused", async () => {
    const read = async (texts: Texts) => edge.read(await readerOf(texts)).edge;
    const { owner, own } = (await read({ edgeImage: image })) ?? {};
    assert.deepEqual([owner, own?.image], [{ project: "slipway", stack: "dev" }, image]);
    const other = await read({ edge: "home/infra", https: "certificate", edgePort: "81" });
    assert.deepEqual(
      [other?.owner, other?.own, other?.port, other?.https],
      [{ project: "home", stack: "infra" }, undefined, 81, { port: 443 }],
    );
    assert.deepEqual(await problems({ edge: "slipway/dev" }), [
      "edge: names this very stack; expected true, or another stack",
      "edgeImage: only for an edge of this stack's own, but edge is slipway/dev. Set it there",
    ]);
  });

  it("name the proxies that are believed, whatever separates them", async () => {
    const read = async (texts: Texts) => edge.read(await readerOf({ edgeImage: image, ...texts })).edge;
    const ranges = "2001:db8::/32, 10.0.0.0/8\n192.0.2.1 10.0.0.0/8";
    const { trustedProxies, proxyProtocol } =
      (await read({ trustedProxies: ranges, proxyProtocol: "true" })) ?? {};
    assert.deepEqual([trustedProxies, proxyProtocol], [["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"], true]);
    assert.deepEqual(
      await problems({ trustedProxies: "10.0.0.0/33 cloudflare fe80::1%eth0 10.0.0.0/8/8 ::/129" }),
      [
        ...["10.0.0.0/33", "cloudflare", "fe80::1%eth0", "10.0.0.0/8/8", "::/129"].map(
          (range) =>
            `trustedProxies: not an address range, got "${range}"; expected as in 192.0.2.0/24 or 2001:db8::/32`,
        ),
      ],
    );
    assert.deepEqual(await problems({ proxyProtocol: "true" }), [
      "proxyProtocol: needs trustedProxies: from anybody else it would be forged",
    ]);
  });

  it("fail on times that are none, and on HSTS without HTTPS", async () => {
    assert.deepEqual(await problems({ hstsDays: "180" }), ["hstsDays: needs HTTPS, but https is off"]);
    assert.deepEqual(await problems({ https: "acme", hstsDays: "-1", uploadTimeout: "1h" }), [
      'hstsDays: not valid, got "-1"; expected 0 to 9999',
      'uploadTimeout: not valid, got "1h"; expected as in "2 minutes" or "1 hour"',
    ]);
    assert.deepEqual(await problems({ uploadTimeout: "0 seconds" }), [
      'uploadTimeout: not valid, got "0 seconds"; expected as in "2 minutes" or "1 hour"',
    ]);
  });

  it("fail on HTTPS without the edge, and on what goes with another kind of it", async () => {
    assert.deepEqual(await problems({ edge: "false", https: "acme" }), [
      'https: "acme" needs the edge, but edge is false; expected off',
    ]);
    assert.deepEqual(
      await problems({ acmeEmail: "a@b.org", acmeDns: "ovh", certificate: "PEM", "edge:A": "x" }),
      [
        "acmeEmail: only for https acme or acme-staging, but https is off. Remove one of them",
        "acmeDns: only for https acme or acme-staging, but https is off. Remove one of them",
        "certificate: only for https certificate, but https is off. Remove one of them",
      ],
    );
  });

  it("fail on an ACME server that cannot be meant", async () => {
    assert.deepEqual(await problems({ https: "acme-staging", acmeServer: "https://ca.lan" }), [
      "acmeServer: not with https acme-staging, which is a server itself; expected https acme",
    ]);
    assert.deepEqual(await problems({ https: "acme", acmeServer: "ca.lan" }), [
      'acmeServer: not valid, got "ca.lan"; expected https://… of its directory',
    ]);
    assert.deepEqual(await problems({ https: "acme", acmeServerCa: "my CA" }), [
      "acmeServerCa: only for an acmeServer, which is not set",
      "acmeServerCa: not a certificate; expected PEM",
    ]);
  });

  it("fail on a DNS provider without credentials, and on credentials without one", async () => {
    assert.deepEqual(await problems({ https: "acme", acmeDns: "cloudflare" }), [
      "acmeDns: cloudflare needs credentials. Run: pulumi config set --secret edge:<VARIABLE>, " +
        "https://go-acme.github.io/lego/dns/cloudflare lists them",
    ]);
    assert.deepEqual(await problems({ https: "acme", acmeDns: "Cloud Flare", "edge:token": "x" }), [
      'acmeDns: not valid, got "Cloud Flare"; expected a code from https://go-acme.github.io/lego/dns',
      'edge:token: not a variable, got "token"; expected capitals, digits and "_"',
    ]);
    assert.deepEqual(await problems({ "edge:CF_DNS_API_TOKEN": "x" }), [
      "edge:CF_DNS_API_TOKEN: only for acmeDns, which is not set",
    ]);
  });

  it("fail on a certificate without its own key, and say nothing of the key", async () => {
    const { certificate } = own;
    assert.deepEqual(await problems({ https: "certificate" }), [
      "certificate: not set; expected PEM, its chain after it",
      "certificateKey: not set. Run: pulumi config set --secret certificateKey <key.pem",
    ]);
    const other = selfSigned({}).key;
    for (const certificateKey of [other, "-----BEGIN nonsense"]) {
      assert.deepEqual(await problems({ https: "certificate", certificate, certificateKey }), [
        "certificateKey: not the certificate's key; expected its private key, PEM, without a passphrase",
      ]);
    }
  });
});
