import { UserError } from "../lib/errors.ts";
import { type Outcome, lastLines, run } from "../lib/run.ts";
import { buildxCommand } from "../images/builders.ts";
import { parseBuilders } from "../model/image/builders.ts";
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

/**
 * Reads what the builders of the session's stack remember.
 * @param resolve gives the setting with what its environment has in place of "lab"
 * @returns gives the builds that ended in a span of time, in ms since 1970
 */
export async function readBuilds(
  session: Session,
  resolve: (builder: string) => string,
): Promise<(from: number, to: number) => Promise<Build[]>> {
  const histories = await readHistories(session, resolve);
  return async (from, to) => {
    const builds = histories.flatMap(({ flags, listed }) =>
      buildsBetween(listed, from, to).map(async (past) => {
        const ref = idOf(past);
        const [log, error] = await Promise.all([
          history("logs", ref, ...flags, "--progress", "rawjson"),
          past.status === "Error" ? history("inspect", ref, ...flags, "--format", "json") : { stdout: "{}" },
        ]);
        const { Error: failure } = JSON.parse(error.stdout) as { Error?: { Message?: string } };
        return buildOf(past, log.stderr, failure?.Message ?? "");
      }),
    );
    return Promise.all(builds);
  };
}

/**
 * Reads all that the builders of the session's stack remember, and what they are at.
 * @param resolve as of {@link readBuilds}
 */
export async function listBuilds(
  session: Session,
  resolve: (builder: string) => string,
): Promise<PastBuild[]> {
  return (await readHistories(session, resolve)).flatMap(({ listed }) => parseBuilds(listed));
}

/** A build that failed, and what it printed. */
export interface FailedBuild {
  image: string;
  log: string;
  /** What shows all of it. */
  command: string;
}

/**
 * Reads from the builders of the session's stack which builds have failed in a span of time, in ms since 1970.
 * @param resolve as of {@link readBuilds}
 */
export async function readFailedBuilds(
  session: Session,
  resolve: (builder: string) => string,
  from: number,
  to: number,
): Promise<FailedBuild[]> {
  const failed = (await readHistories(session, resolve)).flatMap(({ flags, listed }) =>
    buildsBetween(listed, from, to)
      .filter(({ status }) => status === "Error")
      .map(async (past) => {
        const args = ["logs", idOf(past), ...flags];
        const { stderr, stdout } = await history(...args, "--progress", "plain");
        const command = commandLine(["docker", "buildx", "history", ...args]);
        return { image: imageOf(past.name) ?? "", log: stdout + stderr, command };
      }),
  );
  return Promise.all(failed);
}

/** What each builder of the stack has built, as buildx lists it, and the flags that name the builder. */
async function readHistories(
  session: Session,
  resolve: (builder: string) => string,
): Promise<{ flags: string[]; listed: string }[]> {
  const { stdout } = await pulumi(session, ["config", "get", "builder"]);
  const names = new Set(parseBuilders(resolve(stdout.trim()), []).builders.map(({ name }) => name));
  return Promise.all(
    [...names].map(async (name) => {
      const flags = name ? ["--builder", name] : [];
      // A builder that keeps no history, or no builder at all, as on a machine that promotes: there is nothing to tell.
      const ended = await history("ls", ...flags, "--format", "json").catch(() => undefined);
      return { flags, listed: ended?.stdout ?? "" };
    }),
  );
}

function idOf({ ref }: PastBuild): string {
  return ref.replace(/^.*\//, "");
}

async function history(...args: string[]): Promise<Outcome> {
  const outcome = await run(buildxCommand(["history", ...args]));
  if (outcome.code === 0) return outcome;
  throw new UserError(`buildx history ${args[0] ?? ""}: ${lastLines(outcome)}`);
}
