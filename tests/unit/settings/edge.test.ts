import assert from "node:assert/strict";
import { type Edge } from "../../../model/edge/traefik.ts";
import { EDGE_KEYS, type EdgeTexts, readEdge } from "../../../settings/edge.ts";
import { selfSigned } from "../../certificate.ts";

const EMPTY = Object.fromEntries(EDGE_KEYS.map((key) => [key, ""])) as EdgeTexts;

/** Settings, and the names of the DNS provider's credentials. */
type Given = Partial<EdgeTexts> & { variables?: string[] };

describe("the edge's settings", () => {
  const read = ({ variables = [], ...texts }: Given): { edge: Edge | undefined; problems: string[] } => {
    const problems: string[] = [];
    const edge = readEdge({ ...EMPTY, ...texts }, variables, (key, text) => problems.push(`${key}: ${text}`));
    return { edge, problems };
  };
  const good = (texts: Given) => {
    const { edge, problems } = read(texts);
    assert.deepEqual(problems, []);
    return edge;
  };
  const problems = (texts: Given) => read(texts).problems;
  const own = selfSigned({ hosts: ["a.org"] });

  it("are plain HTTP on port 80 where nothing is said, and none where the edge is off", () => {
    assert.deepEqual(good({}), { port: 80 });
    assert.equal(good({ edge: "false" }), undefined);
  });

  it("name Let's Encrypt's two servers, or one's own with its authority", () => {
    const server = (texts: Given) => good(texts)?.https?.acme;
    assert.deepEqual(server({ https: "acme" }), { server: "https://acme-v02.api.letsencrypt.org/directory" });
    assert.deepEqual(server({ https: "acme-staging", acmeEmail: "a@b.org" }), {
      server: "https://acme-staging-v02.api.letsencrypt.org/directory",
      email: "a@b.org",
    });
    const mine = { acmeServer: "https://ca.lan/dir", acmeServerCa: own.certificate };
    assert.deepEqual(
      server({ https: "acme", ...mine, acmeDns: "cloudflare", variables: ["CF_DNS_API_TOKEN"] }),
      {
        server: "https://ca.lan/dir",
        serverCa: own.certificate,
        dns: "cloudflare",
      },
    );
  });

  it("hold one's own certificate where its key goes with it", () => {
    const { certificate, key } = own;
    assert.deepEqual(good({ https: "certificate", httpsPort: "444", certificate, certificateKey: key }), {
      port: 80,
      https: { port: 444, certificate },
    });
  });

  it("fail on a choice that is none, and on one port for both", () => {
    assert.deepEqual(problems({ edge: "no", https: "on" }), [
      'edge: not a choice, got "no"; expected true or false',
      'https: not a choice, got "on"; expected off, acme, acme-staging or certificate',
    ]);
    assert.deepEqual(problems({ https: "acme", edgePort: "443", httpsPort: "443" }), [
      "httpsPort: is edgePort's too, got 443; expected another",
    ]);
    assert.deepEqual(problems({ https: "acme", edgePort: "0", httpsPort: "x" }), [
      'edgePort: not a port, got "0"; expected 1 to 65535',
      'httpsPort: not a port, got "x"; expected 1 to 65535',
    ]);
  });

  it("fail on HTTPS without the edge, and on what goes with another kind of it", () => {
    assert.deepEqual(problems({ edge: "false", https: "acme" }), [
      'https: needs the edge, got "acme" with edge false; expected off',
    ]);
    assert.deepEqual(
      problems({ acmeEmail: "a@b.org", acmeDns: "ovh", certificate: "PEM", variables: ["A"] }),
      [
        'acmeEmail: goes with https acme, got https "off"; expected none',
        'acmeDns: goes with https acme, got https "off"; expected none',
        'certificate: goes with https certificate, got https "off"; expected none',
      ],
    );
  });

  it("fail on an ACME server that cannot be meant", () => {
    assert.deepEqual(problems({ https: "acme-staging", acmeServer: "https://ca.lan" }), [
      'acmeServer: is an address of its own, got https "acme-staging" too; expected https acme',
    ]);
    assert.deepEqual(problems({ https: "acme", acmeServer: "ca.lan" }), [
      'acmeServer: not valid, got "ca.lan"; expected https://… of its directory',
    ]);
    assert.deepEqual(problems({ https: "acme", acmeServerCa: "my CA" }), [
      "acmeServerCa: goes with acmeServer, got none; expected the address of your own",
      "acmeServerCa: not a certificate; expected PEM",
    ]);
  });

  it("fail on a DNS provider without credentials, and on credentials without one", () => {
    assert.deepEqual(problems({ https: "acme", acmeDns: "cloudflare" }), [
      "acmeDns: cloudflare needs credentials, got none; run: pulumi config set --secret edge:<VARIABLE>, " +
        "https://go-acme.github.io/lego/dns/cloudflare names them",
    ]);
    assert.deepEqual(problems({ https: "acme", acmeDns: "Cloud Flare", variables: ["token"] }), [
      'acmeDns: not valid, got "Cloud Flare"; expected a code from https://go-acme.github.io/lego/dns',
      'edge:token: not a variable, got "token"; expected capitals and "_"',
    ]);
    assert.deepEqual(problems({ variables: ["CF_DNS_API_TOKEN"] }), [
      "edge:CF_DNS_API_TOKEN: goes with acmeDns, got none; expected a DNS provider",
    ]);
  });

  it("fail on a certificate without its own key, and say nothing of the key", () => {
    const { certificate } = own;
    assert.deepEqual(problems({ https: "certificate" }), [
      "certificate: not a certificate, got none; expected PEM, its chain after it",
      "certificateKey: missing, got none; run: pulumi config set --secret certificateKey <key.pem",
    ]);
    const other = selfSigned({}).key;
    for (const certificateKey of [other, "-----BEGIN nonsense"]) {
      assert.deepEqual(problems({ https: "certificate", certificate, certificateKey }), [
        "certificateKey: is not the certificate's key; expected its private key, PEM, without a passphrase",
      ]);
    }
  });
});
