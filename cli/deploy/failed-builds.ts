import { UserError } from "../../lib/errors.ts";
import { masking } from "../../lib/mask.ts";
import { clip, printable } from "../../lib/text.ts";
import { type BuilderName, readFailedBuilds } from "../../stack/build-history.ts";
import { readSecretValues } from "../../stack/secret-values.ts";
import type { Session } from "../../stack/session.ts";
import { progress } from "../lib/progress.ts";

const LINES = 50;
const LINE_LENGTH = 2000;

/**
 * Shows the end of what each build printed that has failed since then: the build plugin's error has its exit code only.
 * Secrets are masked; where they are not known, nothing is shown.
 * @param since in ms since 1970
 */
export async function showFailedBuilds(
  session: Session,
  builders: readonly BuilderName[],
  since: number,
): Promise<void> {
  try {
    const failed = await readFailedBuilds(builders, since, Date.now());
    if (!failed.length) return;
    const mask = masking(await readSecretValues(session));
    for (const { image, log, command } of failed) {
      progress(
        `\n${image}: its build failed. The end of what it printed, secrets masked (all of it: ${command}):`,
      );
      progress(formatLog(log, mask));
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    progress(`what the failed build printed cannot be shown: ${error.message}`);
  }
}

const AGAIN = /^------\r?\n > [^]*$/m;

/** The last lines of a log, without what a terminal would obey, nor the end where BuildKit says the last ones again. */
export function formatLog(log: string, mask: (text: string) => string): string {
  const lines = mask(log.replace(AGAIN, ""))
    .split(/\r?\n/)
    .map(printable)
    .filter((line) => line.trim());
  return lines
    .slice(-LINES)
    .map((line) => `  ${clip(line, LINE_LENGTH)}`)
    .join("\n");
}
