import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UserError } from "../lib/errors.ts";
import { run } from "../lib/run.ts";

/** How a run of `pulumi` ended. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  /** When it was started, in ms since 1970. */
  started: number;
  /** Whether Ctrl-C was pressed meanwhile. */
  interrupted: boolean;
  /** Whether a signal ended it, before it could write down anything. */
  killed: boolean;
}

/** What makes the engine quicker. */
export const ENGINE_TUNING = {
  // It asks the plugins for many resources' diffs at once, not one after the other, which Pulumi offers as a switch
  // only. Source: https://github.com/pulumi/pulumi/pull/18872
  PULUMI_PARALLEL_DIFF: "true",
  // It writes out all of the state after every step; collecting the garbage of that less often, while it has memory,
  // saves a fifth of its CPU time. Source: https://go.dev/doc/gc-guide
  GOGC: "400",
  GOMEMLIMIT: "1GiB",
  // State and history on a file backend, or in a bucket, take a fortieth of the space.
  PULUMI_DIY_BACKEND_ZSTD: "true",
};

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const STDOUT = { shown: "inherit", beside: "stderr", quiet: undefined } as const;

/**
 * Runs `pulumi` in the project's folder.
 * @param out shown: it goes to the terminal, as if typed there; beside: to stderr, where stdout has another answer;
 * quiet: into the outcome
 * @param input for its standard input @default the terminal's
 * @throws UserError where there is no pulumi
 */
export async function pulumi(
  args: readonly string[],
  out: keyof typeof STDOUT = "quiet",
  input?: string,
): Promise<Outcome> {
  const started = Date.now();
  let interrupted = false;
  // It reaches pulumi too, which ends in order; this process stays to see that.
  const onInterrupt = () => void (interrupted = true);
  process.on("SIGINT", onInterrupt);
  const { code, signal, stdout, stderr } = await run(["pulumi", ...args], {
    cwd: PROJECT,
    env: { ...ENGINE_TUNING, ...process.env },
    ...(input === undefined ? { stdin: "inherit" } : { input }),
    stdout: STDOUT[out],
    advice: 'run: eval "$(npx slipway lab env)", or install it',
  }).finally(() => process.off("SIGINT", onInterrupt));
  return { code, stdout, stderr, started, interrupted, killed: signal !== null };
}

/**
 * What `pulumi` answers.
 * @throws UserError with what it says where it fails
 */
export async function answer(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pulumi(args);
  if (code !== 0) throw new UserError(stderr.trim().replace(/^error: /, ""));
  return stdout;
}

/** The project's name, as Pulumi.yaml has it. */
export function projectName(): string {
  return /^name:\s*["']?([\w.-]+)/m.exec(readFileSync(`${PROJECT}/Pulumi.yaml`, "utf8"))?.[1] ?? "";
}

let selected: Promise<string> | undefined;

/** The name of the selected stack, asked once, if at all: each `pulumi` takes a third of a second. */
export function selectedStack(): Promise<string> {
  const { PULUMI_STACK: given = "" } = process.env;
  // With a slash it has the organization, too.
  if (given && !given.includes("/")) return Promise.resolve(given);
  return (selected ??= answer("stack", "--show-name").then((name) => name.trim()));
}
