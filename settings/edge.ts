import * as pulumi from "@pulumi/pulumi";
import { type Duration, isDuration, toSeconds } from "../lib/duration.ts";
import type { LabelledStack } from "../model/container/labels.ts";
import type { Edge } from "../model/edge/traefik.ts";
import { isAddressRange } from "../lib/address-range.ts";
import { readHttps } from "./https.ts";
import type { Keys, Reader } from "./reader.ts";

export const keys = {
  edge: { default: "true" },
  edgeImage: { default: "" },
  edgePort: { default: "80" },
  trustedProxies: { default: "" },
  proxyProtocol: { default: "false" },
  hstsDays: { default: "0" },
  uploadTimeout: { default: "1 hour" },
} satisfies Keys;

/** The edge, and whose it is. */
export interface EdgeSettings extends Edge {
  /** The stack that has the edge: this one, or another on the same host, behind whose edge this one stands. */
  owner: LabelledStack;
  /** What it is made of; absent where another stack makes it. */
  own?: OwnEdge;
}

/** What this stack's own edge is made of, besides what it is like. */
export interface OwnEdge {
  /** `repository@sha256:…` */
  image: string;
  /** Private key of the stack's own certificate, PEM. */
  certificateKey: pulumi.Output<string> | undefined;
  /** Environment variables: the DNS provider's credentials. */
  variables: Record<string, pulumi.Output<string>>;
}

/** @returns absent where people bring a reverse proxy of their own */
export function read(reader: Reader): { edge: EdgeSettings | undefined } {
  const kind = reader.text("edge");
  const [, project, stack] = OTHER.exec(kind) ?? [];
  if (!(project && stack) && kind !== "true" && kind !== "false")
    reader.problem("edge", `not valid, got "${kind}"; expected true, false or <project>/<stack>`);
  const self = { project: reader.project, stack: pulumi.getStack() };
  const owner = project && stack ? { project, stack } : self;
  const port = reader.port("edgePort");
  const https = readHttps(reader, kind === "false" ? "none" : owner === self ? "own" : "another's");
  if (owner !== self) {
    if (project === self.project && stack === self.stack)
      reader.problem("edge", "names this very stack; expected true, or another stack");
    for (const key of OWN_ONLY.filter((key) => reader.text(key)))
      reader.problem(key, `only for an edge of this stack's own, but edge is ${kind}. Set it there`);
  }
  const trustedProxies = readTrustedProxies(reader);
  if (kind === "false") return { edge: undefined };
  if (https?.port === port) reader.problem("httpsPort", `the same port as edgePort, got ${port}`);
  const hstsDays = readHstsDays(reader);
  if (hstsDays && !https) reader.problem("hstsDays", "needs HTTPS, but https is off");
  const edge: Edge = {
    port,
    ...(https && { https }),
    trustedProxies,
    proxyProtocol: reader.choice("proxyProtocol", ["false", "true"]) === "true",
    hstsDays,
    uploadTimeout: readUploadTimeout(reader),
  };
  if (edge.proxyProtocol && !trustedProxies.length)
    reader.problem("proxyProtocol", "needs trustedProxies: from anybody else it would be forged");
  if (owner !== self) return { edge: { ...edge, owner } };
  const own = {
    image: reader.required("edgeImage", /@sha256:[0-9a-f]{64}$/, "repository@sha256:…"),
    certificateKey: reader.secret("certificateKey"),
    variables: reader.secrets("edge"),
  };
  return { edge: { ...edge, owner, own } };
}

/** Another stack, as `<project>/<stack>`. */
const OTHER = /^([\w.-]+)\/([\w.-]+)$/;
/** What an edge is made of, which its own stack says. */
const OWN_ONLY = ["edgeImage", "acmeEmail", "acmeServer", "acmeServerCa", "acmeDns", "certificate"];

function readTrustedProxies(reader: Reader): string[] {
  const ranges = reader
    .text("trustedProxies")
    .split(/[\s,]+/)
    .filter(Boolean);
  for (const range of ranges.filter((range) => !isAddressRange(range)))
    reader.problem(
      "trustedProxies",
      `not an address range, got "${range}"; expected as in 192.0.2.0/24 or 2001:db8::/32`,
    );
  return [...new Set(ranges)].sort();
}

function readHstsDays(reader: Reader): number {
  const text = reader.text("hstsDays");
  if (!/^\d{1,4}$/.test(text)) reader.problem("hstsDays", `not valid, got "${text}"; expected 0 to 9999`);
  return Number(text);
}

function readUploadTimeout(reader: Reader): Duration {
  const text = reader.text("uploadTimeout");
  if (isDuration(text) && toSeconds(text) >= 1) return text;
  reader.problem("uploadTimeout", `not valid, got "${text}"; expected as in "2 minutes" or "1 hour"`);
  return "1 hour";
}
