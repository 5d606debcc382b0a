import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isWholeDigest } from "../../lib/digest.ts";
import { UserError } from "../../lib/errors.ts";
import { paths } from "../../lib/paths.ts";
import { type Pin, type PinsFile, pinsFile, pinsIn, pinsText, readPins } from "../../model/history/pins.ts";
import type { Release } from "../../model/history/releases.ts";
import {
  type ReleaseSelector,
  broughtBy,
  findRelease,
  parseSelector,
  pinTo,
} from "../../model/history/rollback.ts";
import type { Deployment, StateResource } from "../../model/state/resources.ts";
import { liveOf, readHistory, releasesOf } from "../../stack/history.ts";
import type { Session } from "../../stack/session.ts";
import { readState } from "../../stack/state.ts";
import { checkDeployed } from "../lib/deployed-service.ts";
import { commitOf } from "../lib/git.ts";

/** What is to be pinned. */
export interface PinRequest {
  /** Names of services; none with `all`. */
  names: readonly string[];
  all: boolean;
  /** A release, as `--to` names it. */
  to: string | undefined;
  /** Which release is meant without `to`. */
  otherwise: "live" | "before";
  withConfig: boolean;
  why: string | undefined;
}

/** What a stack has pinned. */
export interface Pinned {
  /** The file's name. */
  file: string;
  pins: PinsFile;
  /** The stack's state. */
  deployment: Deployment;
  /** What is deployed. */
  resources: readonly StateResource[];
}

/** Reads the stack's pins, and its state. */
export async function readPinned(session: Session): Promise<Pinned> {
  const deployment = await readState(session);
  const file = pinsFile(session.stack);
  const { pins, problems } = readPins(join(paths.project, file));
  if (problems.length) throw new UserError(problems.join("\n"));
  return { file, pins, deployment, resources: deployment.resources ?? [] };
}

/** Writes the pins file, without the consents that an update has acted on. */
export function writePins({ file, resources }: Pinned, pins: PinsFile): void {
  const path = join(paths.project, file);
  const last = pinsIn(resources);
  const kept = Object.entries(pins).filter(
    ([service, entry]) => "digest" in entry || entry.unpinned === last[service]?.digest,
  );
  if (!kept.length && !existsSync(path)) return;
  writeFileSync(`${path}.new`, pinsText(Object.fromEntries(kept)));
  renameSync(`${path}.new`, path);
}

/** Pins by service. */
type Pins = Record<string, Pin>;

/**
 * The pins that a request comes to, from the stack's history.
 * @throws UserError with every service that has no such release
 */
export async function pinsFor(
  session: Session,
  request: PinRequest,
): Promise<{ pinned: Pinned; pins: Pins }> {
  const [pinned, { updates, gap }] = await Promise.all([readPinned(session), readHistory(session)]);
  const live = liveOf(updates, pinned.resources).map(({ service }) => service);
  checkDeployed(request.names, live);
  const releases = releasesOf(updates, pinned.resources);
  const { services, pins } = await findPins(request, releases, live, pinsIn(pinned.resources));
  const problems = explain(request, services, pins);
  if (problems.length) throw new UserError([...problems, ...(gap ? [gap] : [])].join("\n"));
  return { pinned, pins };
}

/**
 * Reads releases, newest first, until each of the services has a pin.
 * @param last the pins that the last update had
 */
async function findPins(
  request: PinRequest,
  releases: AsyncIterable<Release>,
  live: readonly string[],
  last: Readonly<Partial<Pins>>,
): Promise<{ services: readonly string[]; pins: Pins }> {
  const { withConfig, why } = request;
  const selector = selectorOf(request);
  const read: Release[] = [];
  const pins: Pins = {};
  for await (const release of releases) {
    read.push(release);
    const services = chooseServices(request, selector, read, live);
    for (const name of services.filter((service) => !pins[service])) {
      const found = findRelease(read, name, selector, last[name]);
      if (found) pins[name] = pinTo(found, withConfig, why);
    }
    if (services.length && services.every((name) => pins[name])) break;
  }
  const services = chooseServices(request, selector, read, live);
  // A digest that was never deployed can still be in the registry.
  if (selector.kind === "digest" && isWholeDigest(selector.digest))
    for (const name of services) pins[name] ??= { digest: selector.digest, ...(why && { why }) };
  return { services, pins };
}

/** Which release of each service is meant. */
function selectorOf({ to, otherwise, withConfig }: PinRequest): ReleaseSelector {
  if (to) return parseSelector(to, commitOf(to));
  return otherwise === "live" ? { kind: "live" } : { kind: "before", config: withConfig };
}

/**
 * The services that are meant. Where all are to go back, those to which the newest release brought something that brought
 * something to any: none while that is not read yet.
 * @param releases newest first, as many as are read
 */
function chooseServices(
  { names, all }: PinRequest,
  { kind }: ReleaseSelector,
  releases: readonly Release[],
  live: readonly string[],
): readonly string[] {
  if (!all) return names;
  if (kind !== "before") return live;
  const brought = releases.map((_, at) => broughtBy(releases, at).filter((name) => live.includes(name)));
  return brought.find((services) => services.length) ?? [];
}

/** What keeps a request from being carried out, a line each. */
function explain(request: PinRequest, services: readonly string[], pins: Pins): string[] {
  const { all, to, withConfig } = request;
  const problems = services.flatMap((name) => {
    const pin = pins[name];
    if (pin && withConfig && !pin.entry)
      return [`${name}: that release's configuration was not recorded; go there without --with-config`];
    // Of all services, those that have that release go there.
    if (pin ?? (all && to)) return [];
    return [`${name}: ${noRelease(request)}; see: slipway releases ${name}`];
  });
  if (problems.length || Object.keys(pins).length) return problems;
  return [`${noRelease(request)}; see: slipway releases`];
}

function noRelease({ to, otherwise }: PinRequest): string {
  if (to) return `no such release, got ${to}`;
  return otherwise === "live" ? "no release to pin" : "no earlier release to roll back to";
}
