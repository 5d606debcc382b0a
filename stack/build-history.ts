import { availableParallelism } from "node:os";
import { UserError } from "../lib/errors.ts";
import { type Outcome, lastLines, run } from "../lib/run.ts";
import { eachAtOnce } from "../lib/at-once.ts";
import { apartFromContext, builderFlags, buildxCommand } from "../images/builders.ts";
import { type Builder, parseBuilders } from "../model/image/builders.ts";
import {
  type Build,
  type PastBuild,
  buildOf,
  buildsBetween,
  imageOf,
  parseBuilds,
} from "../model/metrics/builds.ts";
import { commandLine } from "../lib/shell.ts";
import { pulumi } from "./pulumi.ts";
import type { Session } from "./session.ts";

/** The name of a builder; none of the current one. */
export type BuilderName = Builder["name"];

/**
 * The builders of the session's stack, each once, as `pulumi` tells them.
 * @param resolve gives the setting with what its environment has in place of "lab"
 */
export async function builderNames(
  session: Session,
  resolve: (builder: string) => string,
): Promise<BuilderName[]> {
  const { stdout } = await pulumi(session, ["config", "get", "builder"]);
  return namesOf(parseBuilders(resolve(stdout.trim()), []).builders);
}

/** The names of builders, each once. */
export function namesOf(builders: readonly Pick<Builder, "name">[]): BuilderName[] {
  return [...new Set(builders.map(({ name }) => name))];
}

/**
 * Reads what builders remember.
 * @returns gives the builds that ended in a span of time, in ms since 1970
 */
export async function readBuilds(
  builders: readonly BuilderName[],
): Promise<(from: number, to: number) => Promise<Build[]>> {
  const histories = await readHistories(builders);
  return async (from, to) => {
    const builds = histories.flatMap(({ builder, listed }) =>
      buildsBetween(listed, from, to).map((past) => ({ builder, past })),
    );
    return eachAtOnce(builds, availableParallelism(), async ({ builder, past }) => {
      const log = await history(builder, "logs", idOf(past), "--progress", "rawjson");
      const failed = past.status === "Error";
      const error = failed ? await history(builder, "inspect", idOf(past), "--format", "json") : undefined;
      const { Error: failure } = JSON.parse(error?.stdout ?? "{}") as { Error?: { Message?: string } };
      return buildOf(past, log.stderr, failure?.Message ?? "");
    });
  };
}

/** Reads all that builders remember, and what they are at. */
export async function listBuilds(builders: readonly BuilderName[]): Promise<PastBuild[]> {
  return (await readHistories(builders)).flatMap(({ listed }) => parseBuilds(listed));
}

/** A build that failed, and what it printed. */
export interface FailedBuild {
  image: string;
  log: string;
  /** What shows all of it. */
  command: string;
}

/** Reads from builders which builds have failed in a span of time, in ms since 1970. */
export async function readFailedBuilds(
  builders: readonly BuilderName[],
  from: number,
  to: number,
): Promise<FailedBuild[]> {
  const failed = (await readHistories(builders)).flatMap(({ builder, listed }) =>
    buildsBetween(listed, from, to)
      .filter(({ status }) => status === "Error")
      .map(async (past) => {
        const { stderr, stdout } = await history(builder, "logs", idOf(past), "--progress", "plain");
        const words = ["docker", "buildx", "history", "logs", idOf(past)];
        const command = commandLine([...words, ...builderFlags(builder)]);
        return { image: imageOf(past.name) ?? "", log: stdout + stderr, command };
      }),
  );
  return Promise.all(failed);
}

/** What each builder has built, as buildx lists it. */
async function readHistories(
  builders: readonly BuilderName[],
): Promise<{ builder: BuilderName; listed: string }[]> {
  return Promise.all(
    builders.map(async (builder) => {
      // A builder that keeps no history, or no builder at all, as on a machine that promotes: there is nothing to tell.
      const ended = await history(builder, "ls", "--format", "json").catch(() => undefined);
      return { builder, listed: ended?.stdout ?? "" };
    }),
  );
}

function idOf({ ref }: PastBuild): string {
  return ref.replace(/^.*\//, "");
}

async function history(builder: BuilderName, ...args: string[]): Promise<Outcome> {
  const env = { ...process.env, ...apartFromContext([{ name: builder }]) };
  const outcome = await run(buildxCommand(["history", ...args, ...builderFlags(builder)]), { env });
  if (outcome.code === 0) return outcome;
  throw new UserError(`buildx history ${args[0] ?? ""}: ${lastLines(outcome)}`);
}
