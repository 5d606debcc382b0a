import { join } from "node:path";
import { UserError } from "../lib/errors.ts";
import { type Outcome, output, run, runSync } from "../lib/run.ts";
import { cached } from "../lab/cache.ts";
import { unpackPackages } from "../lab/debian.ts";
import { edgeEntrypoint } from "../model/edge/traefik.ts";

const ADVICE = "install it: https://github.com/koalaman/shellcheck#installing";
const progress = (line: string) => process.stderr.write(`${line}\n`);

/** Checks every shell script in git, and the one that stands in a TypeScript file, and prints what is wrong with them. */
export async function shellcheck(): Promise<boolean> {
  const program = await findShellcheck();
  const scripts = (await output(["git", "ls-files", "*.sh"])).trim().split("\n");
  const shown = { stdout: "inherit", stderr: "inherit" } as const;
  const ended: Outcome[] = [
    await run([program, ...scripts], shown),
    await run([program, "--shell=sh", "-"], { ...shown, input: edgeEntrypoint[2] ?? "" }),
  ];
  return ended.every(({ code }) => code === 0);
}

/** The one on PATH, else Debian's, unpacked into the cache. */
async function findShellcheck(): Promise<string> {
  try {
    runSync(["shellcheck", "--version"]);
    return "shellcheck";
  } catch {
    const folder = await cached("shellcheck", 1, "Debian's shellcheck: fetched", progress, (unfinished) =>
      unpackPackages(["shellcheck"], unfinished),
    ).catch((error: unknown) => {
      throw new UserError(
        `shellcheck: not found; ${ADVICE} (fetching Debian's: ${(error as Error).message})`,
      );
    });
    return join(folder, "usr/bin/shellcheck");
  }
}
