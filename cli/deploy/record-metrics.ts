import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { knownSizes } from "../../registry/sizes.ts";
import { UserError } from "../../lib/errors.ts";
import { type UpdateMetrics, isMeasured, metricsOf, parseLines } from "../../model/metrics/update-metrics.ts";
import type { ProgramRun } from "../../model/metrics/phases.ts";
import type { Release } from "../../model/history/releases.ts";
import type { Outcome } from "../../stack/pulumi.ts";
import type { Session } from "../../stack/session.ts";
import { readState } from "../../stack/state.ts";
import { exclusive } from "../../lib/exclusive.ts";
import { type BuilderName, builderNames, readBuilds } from "../../stack/build-history.ts";
import { resolveIn } from "../../settings/environment.ts";
import { lab } from "../../settings/lab.ts";
import { type History, type Recorded, readHistory, releasesOf } from "../../stack/history.ts";
import { makeFolder } from "../../lib/files.ts";
import { kept } from "../../lib/paths.ts";
import { progress } from "../lib/progress.ts";

/**
 * Writes the line of a `pulumi up` that has just ended, and of those before it that have none.
 * @returns its line; none where it did not come to begin, or where that fails, which is said
 */
export async function recordRun(
  session: Session,
  run: Outcome,
  builders: readonly BuilderName[],
): Promise<UpdateMetrics | undefined> {
  try {
    const history = await readHistory(session);
    // As Pulumi records it, to the second.
    const begun = Math.floor(run.started / 1000) * 1000;
    const own = history.updates.findLast(({ update }) => Date.parse(update.started ?? "") >= begun)?.update;
    if (!own && run.killed) {
      const seconds = Math.round((Date.now() - run.started) / 1000);
      const started = new Date(begun).toISOString();
      await append(history.metrics, [{ started, outcome: "killed", seconds, changes: {}, builds: [] }]);
    }
    const interrupted = run.interrupted ? own?.started : undefined;
    const lines = await recordUpdates(session, history, { builders, interrupted });
    return lines.find(({ started }) => started === own?.started);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    progress(`metrics: not written: ${error.message}`);
    return undefined;
  }
}

/** What else is known of updates. */
interface Known {
  /** The stack's builders. @default `pulumi` is asked for them */
  builders?: readonly BuilderName[];
  /** When the one began that Ctrl-C has ended. */
  interrupted?: string | undefined;
}

/**
 * Writes the lines of all updates of the session's stack that have none yet, those of a plain `pulumi up` too.
 * @returns all lines, oldest first
 */
export async function recordUpdates(
  session: Session,
  history: History,
  more: Known = {},
): Promise<UpdateMetrics[]> {
  const file = history.metrics;
  const known = new Set(readMetrics(file).map(({ started }) => started));
  const missing = history.updates.filter(
    ({ update }) => isMeasured(update) && !known.has(update.started ?? ""),
  );
  if (missing.length) await append(file, await linesOf(session, missing, history, more));
  return readMetrics(file).sort((a, b) => Date.parse(a.started) - Date.parse(b.started));
}

async function linesOf(
  session: Session,
  missing: readonly Recorded[],
  history: History,
  { builders, interrupted }: Known,
): Promise<UpdateMetrics[]> {
  if (missing.length > 1) progress(`metrics: ${missing.length} updates are taken over from Pulumi's history`);
  const [builds, changes] = await Promise.all([
    readBuilds(builders ?? (await builderNames(session, (builder) => resolveIn(lab, "builder", builder)))),
    changesOf(session, missing, history),
  ]);
  const phases = parseLines<ProgramRun>(read(join(session.folder, kept.phases())));
  const runs = phases.filter(({ stack }) => stack === session.stack);
  const lines: UpdateMetrics[] = [];
  const digests = new Map(
    readMetrics(history.metrics).flatMap(({ services = [] }) =>
      services.map(({ service, digest }) => [service, digest] as const),
    ),
  );
  for (const { update } of missing.toReversed()) {
    // Recorded to the second, and cut off.
    const [from, to] = [Date.parse(update.started ?? ""), Date.parse(update.ended ?? "") + 1000];
    const during = ({ started }: ProgramRun) => Date.parse(started) >= from && Date.parse(started) < to;
    const line = metricsOf(update, {
      changes: changes.get(update)?.changes,
      builds: await builds(from, to),
      phases: runs.find(during)?.phases,
      interrupted: update.started === interrupted,
      sizes: knownSizes,
      before: (service) => digests.get(service),
    });
    for (const { service, digest } of line.services ?? []) digests.set(service, digest);
    lines.push(line);
  }
  return lines;
}

/** What these updates did. */
async function changesOf(
  session: Session,
  missing: readonly Recorded[],
  { updates }: History,
): Promise<Map<Recorded["update"], Release>> {
  const { resources: now = [] } = await readState(session);
  const found = new Map<Recorded["update"], Release>();
  for await (const release of releasesOf(updates, now)) {
    const own = missing.find(({ update }) => update.started === release.started)?.update;
    if (own) found.set(own, release);
    if (found.size === missing.length) break;
  }
  return found;
}

/** Each update once, whoever else writes now; one line is one write, so that no reader sees half of it. */
async function append(file: string, lines: readonly UpdateMetrics[]): Promise<void> {
  await exclusive(file.slice(-100), progress, () => {
    const known = new Set(readMetrics(file).map(({ started }) => started));
    makeFolder(dirname(file));
    for (const line of lines)
      if (!known.has(line.started)) appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    return Promise.resolve();
  });
}

function readMetrics(file: string): UpdateMetrics[] {
  return parseLines(read(file));
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
