import { availableParallelism } from "node:os";
import { UserError } from "../lib/errors.ts";
import { run } from "../lib/run.ts";
import { stepsAtOnce } from "../model/host/steps.ts";
import type { Shell } from "./session.ts";

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

/** Environment variables that make the engine quicker, and no quicker than hosts can bear. */
export const ENGINE_TUNING = {
  // What --parallel says otherwise.
  PULUMI_PARALLEL: String(stepsAtOnce(availableParallelism())),
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

/**
 * The state is written at the update's end alone, also where it fails, and not after every step: with a fleet the time
 * for that grows with its square. A killed update then leaves the state as it was before. There is less garbage then, and
 * Go's own pace of collecting it halves the memory.
 * Source: https://github.com/pulumi/pulumi, sdk/go/common/env/env.go, SkipCheckpoints
 */
const AT_THE_END = { PULUMI_SKIP_CHECKPOINTS: "true", GOGC: "100" };

const STDOUT = { shown: "inherit", beside: "stderr", quiet: undefined } as const;

export type Writes = "at the end" | "every step";

/** How it is run. */
export interface Options {
  /**
   * shown: stdout goes to the terminal, as if typed there; beside: to stderr, where stdout has another answer; quiet:
   * into the outcome. @default quiet
   */
  out?: keyof typeof STDOUT;
  /** Text for its standard input. @default the terminal's */
  input?: string;
  /** Environment variables besides the session's. */
  more?: NodeJS.ProcessEnv | undefined;
  /** When the state is written. @default after every step */
  writes?: Writes | undefined;
}

/**
 * Runs `pulumi` in the project's folder, for the session's stack.
 * @throws UserError where there is no pulumi
 */
export async function pulumi(
  { folder, env, name }: Shell,
  args: readonly string[],
  { out = "quiet", input, more, writes }: Options = {},
): Promise<Outcome> {
  const started = Date.now();
  let interrupted = false;
  // It reaches pulumi too, which ends in order; this process stays to see that.
  const onInterrupt = () => void (interrupted = true);
  process.on("SIGINT", onInterrupt);
  const { code, signal, stdout, stderr } = await run(
    ["pulumi", ...args, ...(name ? ["--stack", name] : [])],
    {
      cwd: folder,
      // Without it there is no --event-log. Pulumi's Automation API sets it for the same reason.
      env: {
        ...{ ...ENGINE_TUNING, PULUMI_DEBUG_COMMANDS: "true", ...env },
        ...more,
        ...(writes === "at the end" && AT_THE_END),
      },
      ...(input === undefined ? { stdin: "inherit" } : { input }),
      stdout: STDOUT[out],
      advice: 'run: eval "$(npx --no slipway lab env)", or install it',
    },
  ).finally(() => process.off("SIGINT", onInterrupt));
  return { code, stdout, stderr, started, interrupted, killed: signal !== null };
}

/**
 * Runs `pulumi` and gives what it printed to stdout.
 * @throws UserError with what it printed to stderr where it fails
 */
export async function answer(shell: Shell, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pulumi(shell, args);
  if (code !== 0) throw new UserError(complaint(stderr));
  return stdout;
}

/** What pulumi said of its failure: of a passphrase, which it asks for at a terminal only, what to do. */
export function complaint(stderr: string): string {
  if (stderr.includes("passphrase must be set"))
    return "the stack's passphrase is not there; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE";
  if (stderr.includes("incorrect passphrase"))
    return "the passphrase of PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE is not the stack's";
  return stderr.trim().replace(/^error: /, "");
}
