import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { buildxWith } from "../images/builders.ts";
import { parseBuilders } from "../model/image/builders.ts";
import { type Build, buildOf, buildsBetween } from "../model/metrics/builds.ts";
import { pulumi } from "./pulumi.ts";

/**
 * Asks the selected stack's builders what they remember.
 * @returns gives the builds that ended in a span of time, in ms since 1970
 */
export async function readBuilds(): Promise<(from: number, to: number) => Promise<Build[]>> {
  const { stdout } = await pulumi(["config", "get", "builder"]);
  const names = new Set(parseBuilders(stdout, []).builders.map(({ name }) => name));
  const histories = await Promise.all(
    [...names].map(async (name) => {
      const flags = name ? ["--builder", name] : [];
      // A builder that keeps no history, or no builder at all, as on a machine that promotes: there is nothing to tell.
      const listed = await history(["ls", ...flags, "--format", "json"]).catch(() => "");
      return { flags, listed };
    }),
  );
  return async (from, to) => {
    const builds = histories.flatMap(({ flags, listed }) =>
      buildsBetween(listed, from, to).map(async (past) => {
        const ref = past.ref.replace(/^.*\//, "");
        const [log, error] = await Promise.all([
          history(["logs", ref, ...flags, "--progress", "rawjson"], "stderr"),
          past.status === "Error" ? history(["inspect", ref, ...flags, "--format", "json"]) : "{}",
        ]);
        const { Error: failure } = JSON.parse(error) as { Error?: { Message?: string } };
        return buildOf(past, log, failure?.Message ?? "");
      }),
    );
    return Promise.all(builds);
  };
}

async function history(args: readonly string[], out: "stdout" | "stderr" = "stdout"): Promise<string> {
  const [program, ...words] = buildxWith(["history", ...args]);
  return (await promisify(execFile)(program, words, { maxBuffer: 64 << 20 }))[out];
}
