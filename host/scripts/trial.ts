import { assignments } from "../../lib/shell.ts";
import type { Trial } from "../../model/container/trial.ts";
import { readScripts } from "./script.ts";

/** The variables of trial.sh. */
interface TrialVariables {
  /** The container's name, which nothing else has. */
  NAME: string;
  /** How many seconds it may run. */
  MOST: number;
}

/** The script that prints what {@link parseTrial} reads. */
export function trialScript(name: string, seconds: number): string {
  const variables: TrialVariables = { NAME: name, MOST: seconds };
  return assignments({ ...variables }) + readScripts(["waiting", "trial"]);
}

/** From what the script printed. */
export function parseTrial(printed: string): Trial {
  const found = (word: string) =>
    [...printed.matchAll(new RegExp(`^${word} (.*)$`, "gm"))].map(([, rest = ""]) => rest);
  const [code] = found("ended");
  return {
    code: code === undefined ? undefined : Number(code),
    changes: found("changed"),
    log: found("log"),
  };
}
