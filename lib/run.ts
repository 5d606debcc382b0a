import { type StdioOptions, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { UserError } from "./errors.ts";
import { commandLine } from "./shell.ts";

/** How a program ended, and what it printed. */
export interface Outcome {
  /** Where a signal ended it, 128 and the signal's number, as in a shell. */
  code: number;
  signal: NodeJS.Signals | null;
  /** Empty where it went elsewhere; the last line where the lines went to a function. */
  stdout: string;
  stderr: string;
}

/** Where output goes: to this process's own, to its stderr, to who reads the stream, or to a function line by line. */
export type Output = "inherit" | "stderr" | "stream" | ((line: string) => void);

/** How a program is run. */
export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** This process's own. @default a pipe */
  stdin?: "inherit";
  /** @default into the outcome */
  stdout?: Output;
  /** @default into the outcome */
  stderr?: Output;
  /** Leaves this process's group, so that Ctrl-C reaches this process alone. */
  ownGroup?: boolean;
  /** Passes SIGINT and SIGTERM on as SIGTERM; this process stays, to see the program end. */
  endOnSignal?: boolean;
  /** The kernel kills it when this process ends, however that ends. Linux only. */
  mortal?: boolean;
  /** What to do where there is no such program. @default "install it" */
  advice?: string;
}

/** A program under way. */
export interface Running {
  pid: number | undefined;
  /** A pipe unless the options say otherwise. That the program ended without reading all of it is no error here. */
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** @throws UserError where there is no such program */
  ended: Promise<Outcome>;
  kill: (signal?: NodeJS.Signals) => void;
}

/** Starts a program; its standard input is open until the caller ends it. */
export function start(command: readonly string[], options: RunOptions = {}): Running {
  const { cwd, env, stdout, stderr, ownGroup: detached, mortal, endOnSignal } = options;
  const [program = "", ...args] = mortal ? ["setpriv", "--pdeathsig", "KILL", ...command] : command;
  const stdio: StdioOptions = [options.stdin ?? "pipe", descriptor(1, stdout), descriptor(2, stderr)];
  const child = spawn(program, args, { cwd, env, detached, stdio });
  const { stdin, stdout: printed, stderr: complaints } = child;
  // How it ended says why it did not read all.
  stdin?.on("error", () => undefined);
  const kill = (signal?: NodeJS.Signals) => void child.kill(signal);
  const end = () => void child.kill();
  if (endOnSignal) process.on("SIGINT", end).on("SIGTERM", end);
  const texts = [collect(printed, stdout), collect(complaints, stderr)];
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on("error", (error) => {
      reject(notStarted(command, error, options.advice));
    });
    child.on("close", (code, signal) => {
      const [out = "", err = ""] = texts.map((text) => text());
      resolve({ code: exitCode(code, signal), signal, stdout: out, stderr: err });
    });
  }).finally(() => process.off("SIGINT", end).off("SIGTERM", end));
  // Who waits for a stream learns of it first.
  ended.catch(() => undefined);
  const streams = { stdin, stdout: printed, stderr: complaints } as Pick<
    Running,
    "stdin" | "stdout" | "stderr"
  >;
  return { ...streams, pid: child.pid, ended, kill };
}

/**
 * Runs a program to its end, whatever that is.
 * @param input for its standard input @default nothing
 * @throws UserError where there is no such program
 */
export async function run(
  command: readonly string[],
  { input, ...options }: RunOptions & { input?: string } = {},
): Promise<Outcome> {
  const { stdin, ended } = start(command, options);
  if (options.stdin !== "inherit") stdin.end(input);
  return ended;
}

/**
 * What a program prints to stdout.
 * @throws UserError with the command and the last lines that it printed, where it fails
 */
export async function output(
  command: readonly string[],
  options?: Parameters<typeof run>[1],
): Promise<string> {
  const outcome = await run(command, options);
  if (outcome.code === 0) return outcome.stdout;
  throw new UserError(`${commandLine(command)}: ${lastLines(outcome)}`);
}

/** Like {@link run}, for where nothing can be waited for. */
export function runSync(
  command: readonly string[],
  { advice, ...options }: Pick<RunOptions, "cwd" | "env" | "advice"> = {},
): Outcome {
  const [program = "", ...args] = command;
  const ended = spawnSync(program, args, { ...options, encoding: "utf8", maxBuffer: 64 << 20 });
  if (ended.error) throw notStarted(command, ended.error, advice);
  const { status, signal, stdout, stderr } = ended;
  return { code: exitCode(status, signal), signal, stdout, stderr };
}

/** Whether a program of that name is on PATH. */
export function isOnPath(name: string, { PATH = "" }: NodeJS.ProcessEnv = process.env): boolean {
  return PATH.split(delimiter).some((folder) => existsSync(join(folder, name)));
}

/** The last lines that a program printed, at most ten unless said; how it ended where it printed nothing. */
export function lastLines({ code, signal, stdout, stderr }: Outcome, count = 10): string {
  const lines = (stdout + stderr).trim().split("\n").slice(-count).join("\n");
  return lines || (signal ?? `exit code ${code}`);
}

function descriptor(own: 1 | 2, to: Output | undefined): number | "pipe" {
  if (to === "inherit") return own;
  return to === "stderr" ? 2 : "pipe";
}

/** Reads a stream, unless somebody else does; what is called at its end gives the text. */
function collect(stream: Readable | null, to: Output | undefined): () => string {
  let text = "";
  if (typeof to === "function" && stream) {
    createInterface({ input: stream, crlfDelay: Infinity }).on("line", (line) => {
      to((text = line));
    });
  }
  if (!to) stream?.setEncoding("utf8").on("data", (data: string) => (text += data));
  return () => text;
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}

function notStarted(command: readonly string[], error: Error, advice = "install it"): UserError {
  const [program = ""] = command;
  const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
  return new UserError(`${program}: ${missing ? `not found; ${advice}` : error.message}`);
}
