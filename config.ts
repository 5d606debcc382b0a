import { spawnSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "./model/catalogue.ts";
import { continuesOnError } from "./model/engine.ts";
import { UserError } from "./model/errors.ts";
import { type HostAddress, parseHosts } from "./model/hosts.ts";
import { readCatalogue } from "./model/validate.ts";

/** A user of a registry and the password or token that goes with it. */
export interface Credentials {
  user: string;
  token: pulumi.Output<string>;
}

/** What the stack's configuration says, defaults filled in. Pulumi.yaml describes each key. */
export interface Settings {
  /** Registry and folder, as in `ghcr.io/acme`. */
  registry: string;
  /** Absent where the builder's own `docker login` is to be used. */
  push: Credentials | undefined;
  /** Absent where the registry lets anybody pull. */
  pull: Credentials | undefined;
  hosts: HostAddress[];
  builder: string | undefined;
  platforms: string[];
  domain: string | undefined;
  edgeImage: string;
  edgePort: number;
  subnet: string;
  /** The values of the catalogue's given secrets, by name. */
  secrets: Record<string, pulumi.Output<string>>;
}

const KEYS = [
  ...["registry", "registryUser", "registryToken", "pullUser", "pullToken", "hosts", "builder", "platforms"],
  ...["domain", "edgeImage", "edgePort", "subnet"],
];
const PLATFORM = /^linux\/(amd64|arm64|arm\/v7)$/;

/**
 * The stack's settings and the catalogue, checked: the only reader of pulumi.Config.
 * @throws pulumi.RunError with every problem of both, one a line
 */
export function load(declared: unknown): { settings: Settings; catalogue: Catalogue } {
  const problems = unsafeFlags();
  const settings = readSettings(problems);
  const read = readCatalogue(declared, {
    folder: process.cwd(),
    hosts: settings.hosts.map(({ name }) => name),
    domain: settings.domain,
    edgePorts: [settings.edgePort],
    secretsGiven: Object.keys(settings.secrets),
  });
  if ("problems" in read) problems.push(...read.problems);
  if ("problems" in read || problems.length) {
    throw new pulumi.RunError(problems.join("\n"));
  }
  return { settings, catalogue: read.catalogue };
}

/** Refuses what would have the engine delete the old container of a service whose roll has failed. */
function unsafeFlags(): string[] {
  const { stdout, error } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  if (error) return [`ps: cannot be run, got ${error.message}; install procps: it tells how pulumi was called`];
  if (!continuesOnError(process.env, process.pid, stdout)) return [];
  return [
    "--continue-on-error: would delete the container that answers when a roll fails; run pulumi without it, and " +
      "with PULUMI_CONTINUE_ON_ERROR unset",
  ];
}

function readSettings(problems: string[]): Settings {
  const config = new pulumi.Config();
  const file = `Pulumi.${pulumi.getStack()}.yaml`;
  const problem = (key: string, text: string) => problems.push(`${file}/${key}: ${text}`);

  const ownKeys = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(`${config.name}:`));
  for (const key of ownKeys
    .map((key) => key.slice(config.name.length + 1))
    .filter((key) => !KEYS.includes(key))) {
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
  const registry = required(
    "registry",
    "SLIPWAY_LAB_REGISTRY",
    /^[\w.-]+(:\d+)?(\/[\w.-]+)*$/,
    "as in ghcr.io/acme",
  );
  const credentials = (userKey: string, tokenKey: string): Credentials | undefined => {
    const user = inLab ? process.env.SLIPWAY_LAB_REGISTRY_USER : config.get(userKey);
    const labToken = pulumi.secret(process.env.SLIPWAY_LAB_REGISTRY_PASSWORD ?? "");
    const token = inLab ? labToken : config.getSecret(tokenKey);
    if (!user) return undefined;
    if (!token)
      problem(
        tokenKey,
        `missing, got none for ${userKey} "${user}"; run: pulumi config set --secret ${tokenKey}`,
      );
    return token && { user, token };
  };
  const push = credentials("registryUser", "registryToken");

  const platforms = (config.get("platforms") || "linux/amd64,linux/arm64")
    .split(",")
    .map((text) => text.trim());
  for (const platform of platforms.filter((text) => !PLATFORM.test(text))) {
    problem(
      "platforms",
      `unknown platform, got "${platform}"; expected linux/amd64, linux/arm64 or linux/arm/v7`,
    );
  }
  const edgePort = Number(config.get("edgePort") ?? 80);
  if (!(Number.isInteger(edgePort) && edgePort >= 1 && edgePort <= 65535)) {
    problem("edgePort", `not a port, got "${config.get("edgePort")}"; expected 1 to 65535`);
  }
  const subnet = config.get("subnet") || "172.28.0.0/16";
  if (!/^\d+\.\d+\.0\.0\/16$/.test(subnet))
    problem("subnet", `not valid, got "${subnet}"; expected as in 172.28.0.0/16`);

  const hosts = get("hosts", "SLIPWAY_LAB_HOSTS");
  return {
    registry: inLab ? `${registry}/${config.name}` : registry,
    push,
    pull: credentials("pullUser", "pullToken") ?? push,
    hosts: isLab("hosts") && !hosts ? [] : readHosts(hosts, problem),
    builder: config.get("builder") || undefined,
    platforms,
    domain: config.get("domain") || undefined,
    edgeImage: required(
      "edgeImage",
      "SLIPWAY_LAB_EDGE_IMAGE",
      /@sha256:[0-9a-f]{64}$/,
      "repository@sha256:…",
    ),
    edgePort,
    subnet,
    secrets: givenSecrets(),
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

/** The configuration's `secrets:` namespace. */
function givenSecrets(): Record<string, pulumi.Output<string>> {
  const config = new pulumi.Config("secrets");
  const keys = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith("secrets:"));
  const names = keys.map((key) => key.slice("secrets:".length));
  return Object.fromEntries(names.map((name) => [name, config.requireSecret(name)]));
}
