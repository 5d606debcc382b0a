import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../lib/errors.ts";
import { inProject, paths } from "../lib/paths.ts";
import { readCatalogue } from "../model/catalogue/check.ts";
import { type Declared, declaredFor } from "../model/catalogue/declared.ts";
import { withProjectFiles } from "../model/catalogue/project-files.ts";
import type { Catalogue } from "../model/catalogue/service.ts";
import { type PinsFile, pinProblems, pinsFile, readPins, withPinnedEntries } from "../model/history/pins.ts";
import * as edge from "./edge.ts";
import * as hosts from "./hosts.ts";
import * as https from "./https.ts";
import * as images from "./images.ts";
import { lab } from "./lab.ts";
import { type Keys, Reader } from "./reader.ts";
import * as registry from "./registry.ts";
import * as retention from "./retention.ts";
import * as secrets from "./secrets.ts";
import { unsafeFlags } from "./unsafe-flags.ts";

/** Every setting, by name. Pulumi.yaml describes them. */
export const keys: Keys = {
  ...registry.keys,
  ...images.keys,
  ...hosts.keys,
  ...edge.keys,
  ...https.keys,
  ...retention.keys,
};

/** The stack's configuration, defaults filled in. */
export interface Settings
  extends
    registry.RegistrySettings,
    images.ImageSettings,
    hosts.HostSettings,
    retention.RetentionSettings,
    secrets.SecretSettings {
  /** Absent where people bring a reverse proxy of their own. */
  edge: edge.EdgeSettings | undefined;
}

/** All that a stack is declared by. */
export interface Loaded {
  settings: Settings;
  /** As it is to be: with pinned entries. */
  catalogue: Catalogue;
  /** What services.ts says for the stack, and the project's files that it names. */
  declared: Declared;
  pins: PinsFile;
  /** Which variables come from which file. */
  notes: string[];
}

/**
 * The stack's settings and the catalogue, pinned entries in it, checked: the only reader of pulumi.Config.
 * @param services the exports of services.ts
 * @param pinned @default the stack's pins file
 * @throws pulumi.RunError with every problem of all, one a line
 */
export function load(services: object, pinned?: PinsFile): Loaded {
  const reader = new Reader(keys, [lab]);
  const settings = readSettings(reader);
  const file = pinsFile(pulumi.getStack());
  const { pins, problems: unreadable } = pinned ? { pins: pinned, problems: [] } : readPins(inProject(file));
  const {
    declared,
    problems: fileProblems,
    notes,
    advice,
  } = withProjectFiles(readDeclared(services), paths.project);
  const read = readCatalogue(withPinnedEntries(declared, pins), {
    folder: paths.project,
    hosts: settings.hosts.map(({ name }) => name),
    domain: settings.domain,
    edge: settings.edge && { acme: settings.edge.https?.acme !== undefined },
    edgePorts: [settings.edge?.port, settings.edge?.https?.port].filter((port) => port !== undefined),
    secretsGiven: Object.keys(settings.secrets),
    htpasswds: settings.htpasswds,
    lock: settings.lock,
  });
  const catalogueProblems = "problems" in read ? read.problems : [];
  const problems = [
    ...unsafeFlags(),
    ...reader.problems,
    ...unreadable,
    ...fileProblems,
    ...pinProblems(file, pins, declared, catalogueProblems),
  ];
  if ("problems" in read || problems.length) throw new pulumi.RunError(problems.join("\n"));
  const warnings = [...settings.warnings, ...advice];
  return { settings: { ...settings, warnings }, catalogue: read.catalogue, declared, pins, notes };
}

function readDeclared(services: object): Declared {
  try {
    return declaredFor(services, pulumi.getStack());
  } catch (error) {
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}

function readSettings(reader: Reader): Settings {
  return {
    ...registry.read(reader),
    ...images.read(reader),
    ...hosts.read(reader),
    ...edge.read(reader),
    ...retention.read(reader),
    ...secrets.read(reader),
  };
}
