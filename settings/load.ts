import * as pulumi from "@pulumi/pulumi";
import { type Builder, parseBuilders } from "../model/image/builders.ts";
import { CACHES, type Cache } from "../model/image/caches.ts";
import type { Catalogue } from "../model/catalogue/service.ts";
import type { Edge } from "../model/edge/traefik.ts";
import { EDGE_KEYS, type EdgeTexts, readEdge } from "./edge.ts";
import { continuesOnError } from "./unsafe-flags.ts";
import { UserError } from "../lib/errors.ts";
import { type HostAddress, parseHosts } from "../model/host/address.ts";
import { htpasswdUsers } from "../model/edge/htpasswd.ts";
import { LOCK_FILE, type Lock, readLock } from "../model/image/base-lock.ts";
import { type PinsFile, pinProblems, pinsFile, readPins, withPinnedEntries } from "../model/history/pins.ts";
import { readProcesses } from "../lib/processes.ts";
import type { BuildSettings } from "../model/image/recipe.ts";
import { readKeepReleases } from "../host/scripts/retention.ts";
import { type Size, isSize } from "../lib/size.ts";
import { readCatalogue } from "../model/catalogue/check.ts";

/** A user of a registry and the password or token that goes with it. */
export interface Credentials {
  user: string;
  token: pulumi.Output<string>;
}

/** The edge with its image and its secrets. */
export interface EdgeSettings extends Edge {
  image: string;
  /** Private key of the stack's own certificate, PEM. */
  certificateKey: pulumi.Output<string> | undefined;
  /** Environment variables: the DNS provider's credentials. */
  variables: Record<string, pulumi.Output<string>>;
}

/** What the stack's configuration says, defaults filled in. Pulumi.yaml describes each key. */
export interface Settings extends BuildSettings {
  /** Registry and folder, as in `ghcr.io/acme`. */
  registry: string;
  /** Absent where the builder's own `docker login` is to be used. */
  push: Credentials | undefined;
  /** Absent where the registry lets anybody pull. */
  pull: Credentials | undefined;
  hosts: HostAddress[];
  /** One for all platforms, or several that share them out. */
  builders: Builder[];
  /** Whether images are built here, or those that another stack has built are taken over. */
  images: "build" | "promote";
  /** Where promoted images are copied from; absent where they are in `registry` already. */
  promoteFrom: { registry: string; account: Credentials | undefined } | undefined;
  /** In the order of their names: it is the order in the image. */
  platforms: string[];
  source: string | undefined;
  lock: Lock;
  /** Where that is kept: the lab, which has base images of its own where the internet cannot give them, has its own. */
  lockFile: string;
  /** What stands for docker.io, in the lab where that cannot be reached. */
  mirror: string | undefined;
  caches: Cache[];
  /** What an image may weigh for each platform, unless its entry says otherwise. */
  sizeBudget: Size;
  /** Whether images of this stack may be tagged `latest`. */
  latest: boolean;
  domain: string | undefined;
  /** Absent where people bring a reverse proxy of their own. */
  edge: EdgeSettings | undefined;
  subnet: string;
  /** How many releases of each service the hosts keep the images of, 1 to 100. */
  keepReleases: number;
  /** The values of the catalogue's given secrets, by name. */
  secrets: Record<string, pulumi.Output<string>>;
}

const KEYS = [
  ...["registry", "registryUser", "registryToken", "pullUser", "pullToken", "hosts", "builder", "platforms"],
  ...[
    "images",
    "promoteFrom",
    "promoteFromUser",
    "promoteFromToken",
    "source",
    "caches",
    "sizeBudget",
    "latest",
  ],
  ...["domain", "subnet", "edgeImage", "keepReleases"],
  ...EDGE_KEYS,
];
const REGISTRY = /^[\w.-]+(:\d+)?(\/[\w.-]+)*$/;
const PLATFORM = /^linux\/(amd64|arm64|arm\/v7)$/;

/**
 * The stack's settings and the catalogue, pinned entries in it, checked: the only reader of pulumi.Config.
 * @param pinned @default what the stack's pins file says
 * @throws pulumi.RunError with every problem of all, one a line
 */
export function load(
  declared: object,
  pinned?: PinsFile,
): { settings: Settings; catalogue: Catalogue; pins: PinsFile } {
  const problems = unsafeFlags();
  const settings = readSettings(problems);
  const file = pinsFile(pulumi.getStack());
  const { pins, problems: unreadable } = pinned ? { pins: pinned, problems: [] } : readPins(file);
  problems.push(...unreadable);
  const read = readCatalogue(withPinnedEntries(declared, pins), {
    folder: process.cwd(),
    hosts: settings.hosts.map(({ name }) => name),
    domain: settings.domain,
    edge: settings.edge && { acme: settings.edge.https?.acme !== undefined },
    edgePorts: [settings.edge?.port, settings.edge?.https?.port].filter((port) => port !== undefined),
    secretsGiven: Object.keys(settings.secrets),
    htpasswds: Object.keys(settings.secrets).filter((name) => htpasswdUsers(plain("secrets", name))),
  });
  problems.push(...pinProblems(file, pins, declared, "problems" in read ? read.problems : []));
  if ("problems" in read || problems.length) {
    throw new pulumi.RunError(problems.join("\n"));
  }
  return { settings, catalogue: read.catalogue, pins };
}

/** Refuses what would have the engine delete the old container of a service whose roll has failed. */
function unsafeFlags(): string[] {
  if (!continuesOnError(process.env, process.pid, readProcesses())) return [];
  return [
    "--continue-on-error: would delete the container that answers when a roll fails; run pulumi without it, and " +
      "with PULUMI_CONTINUE_ON_ERROR unset",
  ];
}

function readSettings(problems: string[]): Settings {
  const config = new pulumi.Config();
  const file = `Pulumi.${pulumi.getStack()}.yaml`;
  const problem = (key: string, text: string) => problems.push(`${file}/${key}: ${text}`);

  for (const key of namesIn(config.name).filter((key) => !KEYS.includes(key))) {
    problem(key, `unknown key; expected one of ${KEYS.join(", ")}`);
  }
  /** A setting, taken from the shell's lab where it says "lab"; empty if it is not set. */
  const get = (key: string, labVariable: string) => {
    const value = config.get(key) ?? "";
    if (value !== "lab") return value;
    const fromLab = process.env[labVariable];
    if (!fromLab) {
      problem(
        key,
        `is "lab", but this shell has no lab; run: npx slipway lab up; eval "$(npx slipway lab env)"`,
      );
    }
    return fromLab ?? "";
  };
  const isLab = (key: string) => config.get(key) === "lab";
  const required = (key: string, labVariable: string, form: RegExp, expected: string) => {
    const value = get(key, labVariable);
    if (!isLab(key) && !form.test(value)) problem(key, `not valid, got "${value}"; expected ${expected}`);
    return value;
  };

  const inLab = isLab("registry");
  const registry = required("registry", "SLIPWAY_LAB_REGISTRY", REGISTRY, "as in ghcr.io/acme");
  const credentials = (userKey: string, tokenKey: string): Credentials | undefined => {
    const user = inLab ? process.env.SLIPWAY_LAB_REGISTRY_USER : config.get(userKey);
    const labToken = pulumi.secret(process.env.SLIPWAY_LAB_REGISTRY_PASSWORD ?? "");
    const given = inLab ? labToken : config.getSecret(tokenKey);
    // A preview writes nothing, so it can do without.
    const preview = tokenKey === "registryToken" && pulumi.runtime.isDryRun();
    const token = given ?? (preview ? pulumi.secret("") : undefined);
    if (!user) return undefined;
    if (!token)
      problem(
        tokenKey,
        `missing, got none for ${userKey} "${user}"; run: pulumi config set --secret ${tokenKey}`,
      );
    return token && { user, token };
  };
  const push = credentials("registryUser", "registryToken");

  /** The words of a list, each once and in order, as the order must not count. */
  const words = (key: string, otherwise: string) => {
    const list = (config.get(key) || otherwise).split(",").map((text) => text.trim());
    return [...new Set(list)].filter(Boolean).sort();
  };
  const platforms = words("platforms", "linux/amd64,linux/arm64");
  for (const platform of platforms.filter((text) => !PLATFORM.test(text))) {
    problem(
      "platforms",
      `unknown platform, got "${platform}"; expected linux/amd64, linux/arm64 or linux/arm/v7`,
    );
  }
  const images = config.get("images") || "build";
  if (images !== "build" && images !== "promote")
    problem("images", `not valid, got "${images}"; expected build or promote`);
  const promoteFrom = config.get("promoteFrom") || undefined;
  if (promoteFrom && !REGISTRY.test(promoteFrom))
    problem("promoteFrom", `not valid, got "${promoteFrom}"; expected as in ghcr.io/acme`);
  const caches = words("caches", "gha");
  for (const cache of caches.filter((text) => !CACHES.includes(text as Cache) && text !== "none"))
    problem("caches", `unknown cache, got "${cache}"; expected ${CACHES.join(", ")} or none`);
  const sizeBudget = config.get("sizeBudget") || "1 GB";
  if (!isSize(sizeBudget))
    problem("sizeBudget", `not valid, got "${sizeBudget}"; expected as in "500 MB" or "1 GB"`);
  const subnet = config.get("subnet") || "172.28.0.0/16";
  if (!/^\d+\.\d+\.0\.0\/16$/.test(subnet))
    problem("subnet", `not valid, got "${subnet}"; expected as in 172.28.0.0/16`);
  const keep = config.get("keepReleases") || "5";
  const keepReleases = readKeepReleases(keep);
  if (!keepReleases) problem("keepReleases", `not valid, got "${keep}"; expected 1 to 100`);

  const texts = Object.fromEntries(EDGE_KEYS.map((key) => [key, plain(config.name, key)])) as EdgeTexts;
  const edge = readEdge(texts, namesIn("edge"), problem);
  const hosts = get("hosts", "SLIPWAY_LAB_HOSTS");
  const { builders, problems: unbuildable } = parseBuilders(config.get("builder") ?? "", platforms);
  for (const text of unbuildable) problem("builder", text);
  const inLabBuilder = builders.some(({ name }) => name === process.env.BUILDX_BUILDER);
  const mirror = inLabBuilder ? process.env.SLIPWAY_LAB_MIRROR : undefined;
  const lockFile = (mirror && process.env.SLIPWAY_LAB_LOCK) || LOCK_FILE;
  return {
    registry: inLab ? `${registry}/${config.name}` : registry,
    push,
    pull: credentials("pullUser", "pullToken") ?? push,
    hosts: isLab("hosts") && !hosts ? [] : readHosts(hosts, problem),
    builders,
    images: images === "promote" ? "promote" : "build",
    promoteFrom: promoteFrom
      ? { registry: promoteFrom, account: credentials("promoteFromUser", "promoteFromToken") }
      : undefined,
    platforms,
    source: config.get("source") || undefined,
    lock: readLock(lockFile),
    lockFile,
    mirror,
    caches: caches.filter((text) => CACHES.includes(text as Cache)) as Cache[],
    sizeBudget: isSize(sizeBudget) ? sizeBudget : "1 GB",
    latest: config.getBoolean("latest") ?? true,
    domain: config.get("domain") || undefined,
    edge: edge && {
      ...edge,
      image: required("edgeImage", "SLIPWAY_LAB_EDGE_IMAGE", /@sha256:[0-9a-f]{64}$/, "repository@sha256:…"),
      certificateKey: config.getSecret("certificateKey"),
      variables: secretsOf("edge"),
    },
    subnet,
    keepReleases: keepReleases ?? 5,
    secrets: secretsOf("secrets"),
  };
}

function readHosts(text: string, problem: (key: string, text: string) => void): HostAddress[] {
  try {
    return parseHosts(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    for (const line of error.message.split("\n")) problem("hosts", line.replace(/^hosts(\/|: )/, ""));
    return [];
  }
}

/** The values in one of the configuration's other namespaces, all of them secret. */
function secretsOf(namespace: string): Record<string, pulumi.Output<string>> {
  const config = new pulumi.Config(namespace);
  return Object.fromEntries(namesIn(namespace).map((name) => [name, config.requireSecret(name)]));
}

function namesIn(namespace: string): string[] {
  const keys = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(`${namespace}:`));
  return keys.map((key) => key.slice(namespace.length + 1));
}

/** A value as it is, secret or not, empty where there is none: for checks alone, it must not get into a message. */
function plain(namespace: string, key: string): string {
  return pulumi.runtime.allConfig()[`${namespace}:${key}`] ?? "";
}
