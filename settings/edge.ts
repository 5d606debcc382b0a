import { X509Certificate, createPrivateKey } from "node:crypto";
import type { Acme, Edge, Https } from "../model/edge/traefik.ts";

/** The settings the edge is made from, its image apart. */
export const EDGE_KEYS = [
  ...(["edge", "edgePort", "https", "httpsPort", "acmeEmail", "acmeServer", "acmeServerCa"] as const),
  ...(["acmeDns", "certificate", "certificateKey"] as const),
];

/** The settings as the stack file has them: text, empty where there is none. */
export type EdgeTexts = Record<(typeof EDGE_KEYS)[number], string>;

/** Directories of Let's Encrypt. Source: https://letsencrypt.org/docs/acme-protocol-updates/ */
const LETS_ENCRYPT: Partial<Record<string, string>> = {
  acme: "https://acme-v02.api.letsencrypt.org/directory",
  "acme-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
};

/** Takes a problem of a setting. */
type Problem = (key: string, text: string) => void;

/**
 * The edge that the settings describe; none where they turn it off. Each problem goes to `problem`.
 * @param variables names in the configuration's `edge:` namespace: the DNS provider's credentials
 */
export function readEdge(texts: EdgeTexts, variables: readonly string[], problem: Problem): Edge | undefined {
  if (!["", "true", "false"].includes(texts.edge))
    problem("edge", `not a choice, got "${texts.edge}"; expected true or false`);
  const kind = texts.https || "off";
  if (kind !== "off" && kind !== "certificate" && !LETS_ENCRYPT[kind])
    problem("https", `not a choice, got "${kind}"; expected off, acme, acme-staging or certificate`);
  if (texts.edge === "false" && kind !== "off")
    problem("https", `needs the edge, got "${kind}" with edge false; expected off`);

  const port = readPort("edgePort", texts.edgePort || "80", problem);
  const acme = readAcme(kind, texts, problem);
  checkVariables(texts.acmeDns, variables, problem);
  const certificate = readCertificate(kind, texts, problem);
  if (texts.edge === "false") return undefined;
  if (kind === "off") return { port };
  const https: Https = {
    port: readPort("httpsPort", texts.httpsPort || "443", problem),
    ...(acme && { acme }),
    ...(certificate && { certificate }),
  };
  if (https.port === port) problem("httpsPort", `is edgePort's too, got ${port}; expected another`);
  return { port, https };
}

function readPort(key: string, text: string, problem: Problem): number {
  const port = Number(text);
  if (!(Number.isInteger(port) && port >= 1 && port <= 65535))
    problem(key, `not a port, got "${text}"; expected 1 to 65535`);
  return port;
}

function readAcme(kind: string, texts: EdgeTexts, problem: Problem): Acme | undefined {
  const { acmeEmail: email, acmeServer, acmeServerCa: serverCa, acmeDns: dns } = texts;
  const usual = LETS_ENCRYPT[kind];
  for (const key of ["acmeEmail", "acmeServer", "acmeServerCa", "acmeDns"] as const) {
    if (texts[key] && !usual) problem(key, `goes with https acme, got https "${kind}"; expected none`);
  }
  if (acmeServer && kind === "acme-staging")
    problem("acmeServer", `is an address of its own, got https "${kind}" too; expected https acme`);
  if (acmeServer && !/^https:\/\/\S+$/.test(acmeServer))
    problem("acmeServer", `not valid, got "${acmeServer}"; expected https://… of its directory`);
  if (serverCa && !acmeServer)
    problem("acmeServerCa", "goes with acmeServer, got none; expected the address of your own");
  if (serverCa && !parsed(serverCa)) problem("acmeServerCa", "not a certificate; expected PEM");
  if (dns && !/^[a-z0-9-]+$/.test(dns))
    problem("acmeDns", `not valid, got "${dns}"; expected a code from https://go-acme.github.io/lego/dns`);
  const server = acmeServer || usual;
  if (!usual || !server) return undefined;
  return { server, ...(serverCa && { serverCa }), ...(email && { email }), ...(dns && { dns }) };
}

function checkVariables(dns: string, variables: readonly string[], problem: Problem): void {
  if (dns && variables.length === 0) {
    const help = `https://go-acme.github.io/lego/dns/${dns} names them`;
    problem(
      "acmeDns",
      `${dns} needs credentials, got none; run: pulumi config set --secret edge:<VARIABLE>, ${help}`,
    );
  }
  for (const name of variables) {
    if (!dns) problem(`edge:${name}`, "goes with acmeDns, got none; expected a DNS provider");
    if (!/^[A-Z][A-Z0-9_]*$/.test(name))
      problem(`edge:${name}`, `not a variable, got "${name}"; expected capitals and "_"`);
  }
}

function readCertificate(kind: string, texts: EdgeTexts, problem: Problem): string | undefined {
  const { certificate, certificateKey: key } = texts;
  if (kind !== "certificate") {
    for (const given of ["certificate", "certificateKey"] as const) {
      if (texts[given]) problem(given, `goes with https certificate, got https "${kind}"; expected none`);
    }
    return undefined;
  }
  const first = parsed(certificate);
  if (!first)
    problem(
      "certificate",
      `not a certificate, got ${certificate ? "something else" : "none"}; expected PEM, its chain after it`,
    );
  if (!key)
    problem("certificateKey", "missing, got none; run: pulumi config set --secret certificateKey <key.pem");
  else if (first && !belongs(key, first))
    problem(
      "certificateKey",
      "is not the certificate's key; expected its private key, PEM, without a passphrase",
    );
  return certificate;
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** Nothing of the key gets into a message: what Node says of a broken one is dropped. */
function belongs(key: string, certificate: X509Certificate): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
