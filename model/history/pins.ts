import { existsSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { Service } from "../catalogue/service.ts";
import { parseState } from "../state/parse.ts";
import type { StateResource } from "../state/resources.ts";
import { schemaText } from "../../lib/schema-text.ts";
import { isContentHash, isWholeDigest, shortDigest } from "../../lib/digest.ts";

const digest = z.string().refine(isWholeDigest, "must be sha256: and 64 hexadecimal digits");

const pin = z.strictObject({
  /** The image that runs, whatever the sources say. */
  digest,
  /** Where a stock image was pulled from; of our own images it is the stack's registry. */
  repository: z.string().optional(),
  /** The content hash it was built of, where the history tells; of a stock image its digest. */
  hash: z.string().optional(),
  /** The update that had brought it, and from which commit. */
  release: z.int().optional(),
  commit: z.string().optional(),
  /** When that update's cutover had succeeded: tells updates apart that have no number, too. */
  since: z.string().optional(),
  /** Why, for people. */
  why: z.string().optional(),
  /** What services.ts said then, and is to say again, what its image is made of left out. Checked with the catalogue. */
  entry: z.looseObject({ name: z.string() }).optional(),
});

const pinsSchema = z.record(
  z.string(),
  z.union([pin, z.strictObject({ unpinned: digest })], {
    error: "must be {digest: …} or {unpinned: …}. Let `slipway pin` and `slipway unpin` write it",
  }),
);

/** What keeps a service at a release, until it is unpinned. */
export type Pin = z.infer<typeof pin>;
/** A stack's pins file, by service: its pin, or the digest of the pin that was taken away on purpose. */
export type PinsFile = z.infer<typeof pinsSchema>;

/** The pins file of a stack, in the project's folder; committed, as it is part of what the stack is to be. */
export function pinsFile(stack: string): string {
  return `Pulumi.${stack}.pins.json`;
}

/** A pins file's content, and what is wrong with it; a stack without one has no pins. */
export function readPins(path: string): { pins: PinsFile; problems: string[] } {
  if (!existsSync(path)) return { pins: {}, problems: [] };
  const file = path.replace(/^.*\//, "");
  try {
    const parsed = pinsSchema.safeParse(JSON.parse(readFileSync(path, "utf8")), { error: schemaText });
    if (parsed.success) return { pins: parsed.data, problems: [] };
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${[file, ...path].join("/")}: ${message}`,
    );
    return { pins: {}, problems };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { pins: {}, problems: [`${file}: not JSON: ${error.message}. Take it from git again`] };
  }
}

/** The file's text: one order whoever writes it, so that merges stay small. */
export function pinsText(pins: PinsFile): string {
  return `${JSON.stringify(Object.fromEntries(Object.entries(pins).sort()), null, 2)}\n`;
}

/** The pin of a service; none where it is unpinned. */
export function pinOf(pins: PinsFile, service: string): Pin | undefined {
  const entry = pins[service];
  return entry && "digest" in entry ? entry : undefined;
}

/**
 * Where the image of a pin is pulled from.
 * @param own the stack's own repository for the service
 * @param declared where what services.ts says now is pulled from
 */
export function pinnedRepository({ repository, hash = "" }: Pin, own: string, declared: string): string {
  return repository ?? (isContentHash(hash) ? own : declared);
}

/** The pins that the last update had, by service, as its state has them. */
export function pinsIn(resources: readonly StateResource[]): Record<string, Pin> {
  const { images } = parseState(resources);
  return Object.fromEntries([...images].flatMap(([name, { pin }]) => (pin ? [[name, pin]] : [])));
}

/** A line for each pin that the last update had and the file has not, if nobody took it away on purpose. */
export function lostPins(file: string, pins: PinsFile, last: Readonly<Record<string, Pin>>): string[] {
  return Object.entries(last).flatMap(([service, { digest }]) => {
    const now = pins[service];
    if (now && ("digest" in now || now.unpinned === digest)) return [];
    return [
      `${file}/${service}: the last update had it pinned to ${digest}, and the pin is gone. ` +
        `To keep it: npx --no slipway pin ${service}; to go on with the newest source: npx --no slipway unpin ${service}`,
    ];
  });
}

/**
 * What services.ts says, with the entries that are pinned in the place of the declared ones. What their images are
 * made of stays as declared: nothing is built or copied, and the newer source is what waits.
 */
export function withPinnedEntries(declared: object, pins: PinsFile): object {
  const { services } = declared as { services?: unknown };
  if (!Array.isArray(services)) return declared;
  const effective = (services as Service[]).map((service) => {
    const { entry } = pinOf(pins, service.name) ?? {};
    return entry ? { ...runSpecOf(entry, service), ...sourceOf(service) } : service;
  });
  return { ...declared, services: effective };
}

/** A line for each pin of a service that is not there; and, of what is wrong with pinned entries, where it stands. */
export function pinProblems(file: string, pins: PinsFile, declared: object, problems: readonly string[]) {
  const { services } = declared as { services?: unknown };
  const known = Array.isArray(services) ? (services as Service[]).map(({ name }) => name) : [];
  const unknown = Object.keys(pins).filter((name) => pinOf(pins, name) && !known.includes(name));
  return [
    ...unknown.map(
      (name) =>
        `${file}/${name}: pins an unknown service; expected one of ${known.join(", ")}. To drop it: npx --no slipway unpin ${name}`,
    ),
    ...problems.map((problem) => {
      const [, service = ""] = /^services\/([^/:]+)/.exec(problem) ?? [];
      if (!pinOf(pins, service)?.entry) return problem;
      return `${problem} (from the entry in ${file}; without it: npx --no slipway pin ${service})`;
    }),
  ];
}

/**
 * What of a pinned service is newer than its pin, and waits until it is unpinned.
 * @param hash of its newest source
 * @param declared what services.ts says of all services
 */
export function waiting(pin: Pin, name: string, hash: string, declared: readonly Service[]): string[] {
  const entry = configuration(declared.find((service) => service.name === name) ?? { name });
  return [
    ...(pin.hash && pin.hash !== hash ? ["source"] : []),
    ...(pin.entry && !isDeepStrictEqual(pin.entry, entry) ? ["configuration"] : []),
  ];
}

/** The fields in which a pinned entry and the one in services.ts differ, as "http/port"; none without a pinned entry. */
export function differingFields(pin: Pin, name: string, declared: readonly Service[]): string[] {
  const entry = declared.find((service) => service.name === name);
  return pin.entry && entry ? differing(pin.entry, configuration(entry)) : [];
}

function differing(a: unknown, b: unknown, path: readonly string[] = []): string[] {
  if (isDeepStrictEqual(a, b)) return [];
  if (!isObject(a) || !isObject(b)) return [path.join("/")];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => differing(a[key], b[key], [...path, key]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields that say what a service's image is, and are no part of how it is run. */
const SOURCE_FIELDS: readonly string[] = ["build", "image", "mirror", "platform"];

function sourceOf(entry: Service): Partial<Service> {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => SOURCE_FIELDS.includes(field)));
}

/** What a pinned entry says of how a service is run. Of a stock image it cannot say what its labels are. */
function runSpecOf(pinned: Service, declared: Service): Service {
  const { description, version, ...rest } = configuration(pinned);
  return declared.image === undefined
    ? { ...rest, ...(description && { description }), ...(version && { version }) }
    : rest;
}

/** An entry without what its image is made of: what a pin keeps of it. */
export function configuration(entry: Service): Service {
  return Object.fromEntries(
    Object.entries(entry).filter(([field]) => !SOURCE_FIELDS.includes(field)),
  ) as Service;
}

/**
 * A pin in words: "pinned to sha256:0123456789ab (update 3); newer source and configuration waits (replicas, http/port)".
 * @param fields those in which the pinned configuration differs
 */
export function describePin(
  { digest, release }: Pin,
  waits: readonly string[],
  fields: readonly string[] = [],
  verb = "pinned",
): string {
  const from = release === undefined ? "" : ` (update ${release})`;
  const which = fields.length ? ` (${fields.join(", ")})` : "";
  const newer = waits.length ? `; newer ${waits.join(" and ")} waits${which}` : "";
  return `${verb} to sha256:${shortDigest(digest)}${from}${newer}`;
}
