import { Command, InvalidArgumentError } from "commander";
import { type Live, markLive } from "../../model/history/live.ts";
import type { Change, Release } from "../../model/history/releases.ts";
import { whoRan } from "../../model/history/update.ts";
import { readState } from "../../stack/state.ts";
import { checkDeployed } from "../lib/deployed-service.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { liveOf, readHistory, releasesOf } from "../../stack/history.ts";
import { table } from "../../lib/table.ts";
import { shortCommit } from "../../lib/text.ts";
import { formatIsoMinute } from "../../lib/time.ts";
import { progress } from "../lib/progress.ts";
import { shortDigest } from "../../lib/digest.ts";

interface Options extends StackOption {
  limit: number;
  json?: boolean;
}

/** `slipway releases [service]` */
export function releasesVerb(): Command {
  return new Command("releases")
    .description(
      "what each update did to each service, by the stack's own history: who, when, commit, digest, and what answers " +
        'now; what a killed update did is inferred from what it left, and shown as "interrupted"',
    )
    .argument("[service]", "only updates that changed this one")
    .option("--limit <updates>", "how many updates at most, newest first", count, 20)
    .addOption(stackOption())
    .option("--json", "print JSON: { live, releases }, with each service's entry of services.ts")
    .action(async (service: string | undefined, { limit, json, ...options }: Options) => {
      const session = await openSession(options);
      const { updates, gap } = await readHistory(session);
      const { resources: now = [] } = await readState(session);
      const releases: Release[] = [];
      for await (const release of releasesOf(updates, now)) {
        if (concerns(release, service)) releases.push(release);
        if (releases.length === limit) break;
      }
      const live = liveOf(updates, now);
      markLive(releases, live);
      const ours = live.filter((each) => service === undefined || each.service === service);
      if (service !== undefined && !releases.length)
        checkDeployed(
          [service],
          live.map((each) => each.service),
        );
      if (gap) progress(gap);
      process.stdout.write(
        json ? `${JSON.stringify({ live: ours, releases }, null, 2)}\n` : formatReleases(ours, releases),
      );
    });
}

function count(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a number from 1");
}

/** Whether a release changed the service, all others left out of it then; any release, where none is named. */
function concerns(release: Release, service: string | undefined): boolean {
  if (service === undefined) return true;
  release.changes = release.changes?.filter((change) => change.service === service);
  return Boolean(release.changes?.length);
}

function formatReleases(live: readonly Live[], releases: readonly Release[]): string {
  const current = live.map(({ service, answering, since, update }) => [
    service,
    formatIsoMinute(since),
    update ? `update ${update}` : "an interrupted update",
    answering.join(" "),
  ]);
  const now = live.length ? table([["LIVE", "SINCE (UTC)", "BY", "IMAGE"], ...current]) : "nothing answers\n";
  const titles = ["UPDATE", "WHEN (UTC)", "RESULT", "WHO", "COMMIT", "SERVICE", "", "DIGEST", "MESSAGE"];
  return `${now}\n${table([titles, ...releases.flatMap(rows)])}`;
}

/** A row for each service it changed, what is common to them in the first. */
function rows(release: Release): string[][] {
  const { number, kind, result, started, message, changes } = release;
  const update = [
    String(number ?? "?"),
    started ? formatIsoMinute(started) : "?",
    kind === "update" ? result : `${kind} ${result}`,
    whoRan(release) ?? "?",
    shortCommit(release) ?? "?",
  ];
  const [line = ""] = message?.split("\n") ?? [];
  if (!changes?.length) return [[...update, changes ? "none" : "not known", "", "", line]];
  return changes.map((change, index) =>
    index ? [...update.map(() => ""), ...cells(change), ""] : [...update, ...cells(change), line],
  );
}

function cells({ service, outcome, pinned, live, image }: Change): string[] {
  const digest = image ? `sha256:${shortDigest(image)}` : ""; // as rollback --to takes it
  return [service, `${outcome}${pinned ? ", pinned" : ""}${live ? ", live" : ""}`, digest];
}
