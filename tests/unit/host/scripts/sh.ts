import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { assignments, quote } from "../../../../lib/shell.ts";

/** How a script ended, and what it wrote where. */
export interface Ended {
  code: number | null;
  stdout: Buffer;
  stderr: Buffer;
  /** The arguments of each call of docker, in order. */
  calls: string[];
}

/**
 * Runs the text of a script as hosts do, by their sh, with another docker on PATH: one that records how it was called
 * and then does what these shell commands say, `$*` being its arguments.
 */
export async function runWithDocker(
  script: string,
  docker: string,
  options: {
    variables?: Record<string, string | number>;
    args?: string[];
    input?: Iterable<Buffer>;
    path?: string;
  } = {},
): Promise<Ended> {
  const { variables = {}, args = [], input = [], path = process.env.PATH ?? "" } = options;
  const folder = mkdtempSync(join(tmpdir(), "slipway-sh-"));
  try {
    const calls = join(folder, "calls");
    writeFileSync(calls, "");
    mkdirSync(join(folder, "bin"));
    const program = join(folder, "bin/docker");
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\0' "$*" >>${quote(calls)}\n${docker}\n`);
    chmodSync(program, 0o755);
    const words = ["-c", assignments(variables) + script, "sh", ...args];
    const child = spawn("sh", words, { env: { ...process.env, PATH: `${join(folder, "bin")}:${path}` } });
    const written = pipeline(Readable.from(input), child.stdin).catch(() => undefined); // it may end before it has read all
    const code = new Promise<number | null>((resolve) => child.on("close", resolve));
    const [stdout, stderr] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
    await written;
    const recorded = readFileSync(calls, "utf8").split("\0").slice(0, -1);
    return { code: await code, stdout, stderr, calls: recorded };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
