import { X509Certificate, createPrivateKey } from "node:crypto";
import type { Acme, Https } from "../model/edge/traefik.ts";
import type { Keys, Reader } from "./reader.ts";

export const keys = {
  https: { default: "off" },
  httpsPort: { default: "443" },
  acmeEmail: { default: "" },
  acmeServer: { default: "" },
  acmeServerCa: { default: "" },
  acmeDns: { default: "" },
  certificate: { default: "" },
  certificateKey: { secret: true },
} satisfies Keys;

/** Directories of Let's Encrypt. Source: https://letsencrypt.org/docs/acme-protocol-updates/ */
const LETS_ENCRYPT: Partial<Record<string, string>> = {
  acme: "https://acme-v02.api.letsencrypt.org/directory",
  "acme-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
};

/**
 * How the edge speaks HTTPS, if it does; the DNS provider's credentials are the `edge:` namespace's.
 * @param edge whether it is the stack's own, which says what it needs for that; another's; or there is none
 */
export function readHttps(reader: Reader, edge: "own" | "another's" | "none"): Https | undefined {
  const kind = reader.choice("https", ["off", "acme", "acme-staging", "certificate"]);
  if (edge === "none" && kind !== "off")
    reader.problem("https", `"${kind}" needs the edge, but edge is false; expected off`);
  const acme = readAcme(reader, kind);
  checkVariables(reader);
  const certificate = edge === "another's" ? undefined : readCertificate(reader, kind);
  if (edge === "none" || kind === "off") return undefined;
  return { port: reader.port("httpsPort"), ...(acme && { acme }), ...(certificate && { certificate }) };
}

function readAcme(reader: Reader, kind: string): Acme | undefined {
  const defaultServer = LETS_ENCRYPT[kind];
  for (const key of ["acmeEmail", "acmeServer", "acmeServerCa", "acmeDns"]) {
    if (reader.text(key) && !defaultServer)
      reader.problem(key, `only for https acme or acme-staging, but https is ${kind}. Remove one of them`);
  }
  const ownServer = reader.optional("acmeServer", /^https:\/\/\S+$/, "https://… of its directory");
  if (ownServer && kind === "acme-staging")
    reader.problem(
      "acmeServer",
      "not with https acme-staging, which is a server itself; expected https acme",
    );
  const serverCa = reader.text("acmeServerCa");
  if (serverCa && !ownServer) reader.problem("acmeServerCa", "only for an acmeServer, which is not set");
  if (serverCa && !parseCertificate(serverCa))
    reader.problem("acmeServerCa", "not a certificate; expected PEM");
  const dns = reader.optional("acmeDns", /^[a-z0-9-]+$/, "a code from https://go-acme.github.io/lego/dns");
  const email = reader.text("acmeEmail");
  const server = ownServer ?? defaultServer;
  if (!defaultServer || !server) return undefined;
  return { server, ...(serverCa && { serverCa }), ...(email && { email }), ...(dns && { dns }) };
}

function checkVariables(reader: Reader): void {
  const dns = reader.text("acmeDns");
  const variables = reader.names("edge");
  if (dns && variables.length === 0) {
    const help = `https://go-acme.github.io/lego/dns/${dns} lists them`;
    reader.problem(
      "acmeDns",
      `${dns} needs credentials. Run: pulumi config set --secret edge:<VARIABLE>, ${help}`,
    );
  }
  for (const name of variables) {
    if (!dns) reader.problem(`edge:${name}`, "only for acmeDns, which is not set");
    if (!/^[A-Z][A-Z0-9_]*$/.test(name))
      reader.problem(`edge:${name}`, `not a variable, got "${name}"; expected capitals, digits and "_"`);
  }
}

function readCertificate(reader: Reader, kind: string): string | undefined {
  if (kind !== "certificate") {
    for (const key of ["certificate", "certificateKey"]) {
      if (reader.text(key))
        reader.problem(key, `only for https certificate, but https is ${kind}. Remove one of them`);
    }
    return undefined;
  }
  const certificate = reader.text("certificate");
  const key = reader.text("certificateKey");
  const first = parseCertificate(certificate);
  if (!first)
    reader.problem(
      "certificate",
      `${certificate ? "not a certificate" : "not set"}; expected PEM, its chain after it`,
    );
  if (!key)
    reader.problem("certificateKey", "not set. Run: pulumi config set --secret certificateKey <key.pem");
  else if (first && !isKeyOf(key, first))
    reader.problem(
      "certificateKey",
      "not the certificate's key; expected its private key, PEM, without a passphrase",
    );
  return certificate;
}

function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** Nothing of the key gets into a message: Node's error about a broken one is dropped. */
function isKeyOf(key: string, certificate: X509Certificate): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
