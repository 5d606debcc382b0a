import { UserError } from "../lib/errors.ts";
import { type Outcome, lastLines, run } from "../lib/run.ts";
import { buildxCommand } from "../images/builders.ts";
import { parseBuilders } from "../model/image/builders.ts";
import { type Build, buildOf, buildsBetween } from "../model/metrics/builds.ts";
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
  const { stdout } = await pulumi(session, ["config", "get", "builder"]);
  const names = new Set(parseBuilders(resolve(stdout.trim()), []).builders.map(({ name }) => name));
  const histories = await Promise.all(
    [...names].map(async (name) => {
      const flags = name ? ["--builder", name] : [];
      // A builder that keeps no history, or no builder at all, as on a machine that promotes: there is nothing to tell.
      const ended = await history("ls", ...flags, "--format", "json").catch(() => undefined);
      return { flags, listed: ended?.stdout ?? "" };
    }),
  );
  return async (from, to) => {
    const builds = histories.flatMap(({ flags, listed }) =>
      buildsBetween(listed, from, to).map(async (past) => {
        const ref = past.ref.replace(/^.*\//, "");
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

async function history(...args: string[]): Promise<Outcome> {
  const outcome = await run(buildxCommand(["history", ...args]));
  if (outcome.code === 0) return outcome;
  throw new UserError(`buildx history ${args[0] ?? ""}: ${lastLines(outcome)}`);
}
