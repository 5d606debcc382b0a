import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { type Pin, type PinsFile, pinsFile, pinsIn, pinsText, readPins } from "../../model/history/pins.ts";
import type { Release } from "../../model/history/releases.ts";
import { type Wanted, findStep, pinTo, wantedBy } from "../../model/history/rollback.ts";
import type { Deployment, StateResource } from "../../model/state/resources.ts";
import { readState } from "../../stack/state.ts";
import { commitOf } from "../lib/git.ts";
import { liveOf, readHistory, releasesOf } from "../../stack/history.ts";
import { paths } from "../../lib/paths.ts";
import { selectedStack } from "../../stack/pulumi.ts";
import { isWholeDigest } from "../../lib/digest.ts";

/** What is to be pinned. */
export interface Wish {
  /** Names of services; none with `all`. */
  names: readonly string[];
  all: boolean;
  /** A release, as `--to` names it. */
  to: string | undefined;
  /** What is meant without `to`. */
  otherwise: "live" | "before";
  withConfig: boolean;
  why: string | undefined;
}

/** What the selected stack has pinned. */
export interface Pinned {
  stack: string;
  /** The file's name. */
  file: string;
  pins: PinsFile;
  /** The stack's state. */
  deployment: Deployment;
  /** What is deployed. */
  resources: readonly StateResource[];
}

/** Reads the selected stack's pins, and its state. */
export async function readPinned(): Promise<Pinned> {
  const [stack, deployment] = await Promise.all([selectedStack(), readState()]);
  const file = pinsFile(stack);
  const { pins, problems } = readPins(join(paths.project, file));
  if (problems.length) throw new UserError(problems.join("\n"));
  return { stack, file, pins, deployment, resources: deployment.resources ?? [] };
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

/**
 * The pins that a wish comes to, by service, from the stack's history.
 * @throws UserError with every service that has no such release
 */
export async function pinsFor(wish: Wish): Promise<{ pinned: Pinned; pins: Record<string, Pin> }> {
  const [pinned, { updates, gap }] = await Promise.all([readPinned(), readHistory()]);
  const { resources } = pinned;
  const live = liveOf(updates, resources).map(({ service }) => service);
  const unknown = wish.names.filter((name) => !live.includes(name));
  if (unknown.length)
    throw new UserError(
      `unknown service, got ${unknown.join(", ")}; expected ${live.join(", ") || "none yet"}`,
    );
  const wanted: Wanted = wish.to
    ? wantedBy(wish.to, commitOf(wish.to))
    : wish.otherwise === "live"
      ? { kind: "live" }
      : { kind: "before", config: wish.withConfig };

  const releases: Release[] = [];
  const pins: Record<string, Pin> = {};
  const last = pinsIn(resources);
  // All of them, or those the last update has rolled, are known once that update is.
  let names = wish.all ? (wanted.kind === "before" ? [] : live) : wish.names;
  for await (const release of releasesOf(updates, resources)) {
    releases.push(release);
    if (!names.length) names = rolledBy(release).filter((name) => live.includes(name));
    for (const name of names) {
      const step = pins[name] ? undefined : findStep(releases, name, wanted, last[name]);
      if (step) pins[name] = pinTo(step, wish.withConfig, wish.why);
    }
    if (names.length && names.every((name) => pins[name])) break;
  }
  // A digest that was never deployed can still be in the registry.
  if (wanted.kind === "digest" && isWholeDigest(wanted.digest))
    for (const name of names) pins[name] ??= { digest: wanted.digest, ...(wish.why && { why: wish.why }) };
  const problems = names.flatMap((name) => {
    const pin = pins[name];
    if (!pin)
      return wish.all && wish.to
        ? []
        : [
            `${name}: no such release, got ${wish.to ?? "nothing before what answers"}; expected one of: slipway releases ${name}`,
          ];
    return wish.withConfig && !pin.entry
      ? [`${name}: its configuration then is not known, got none; expected to go back without --with-config`]
      : [];
  });
  if (problems.length || !Object.keys(pins).length)
    throw new UserError(
      [...problems, gap].filter(Boolean).join("\n") || "nothing to go back to, got no release",
    );
  return { pinned, pins };
}

/** The services that an update rolled. */
function rolledBy({ changes = [] }: Release): string[] {
  return changes.filter(({ outcome }) => outcome === "rolled").map(({ service }) => service);
}
