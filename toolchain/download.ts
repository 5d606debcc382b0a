import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { UserError } from "../lib/errors.ts";
import { type Answer, HttpError, discard, follow, reasonOf } from "../lib/http.ts";
import { isLoopback } from "../lib/loopback.ts";
import type { Progress } from "../lib/progress.ts";

/** How long a host may take, in seconds: to answer at all, and between two pieces of what it sends. */
export interface Timeouts {
  answer: number;
  pause: number;
}

/** Hosts that were asked in this run in vain: not asked again. */
const silent = new Set<string>();

/**
 * Writes the download at `url` to `file` and checks it; by https alone, but on this machine. Answers false, and reports
 * why, if there is nothing to be had: a host that is silent, or no such file.
 * @param checksum its SHA-256, known beforehand: what a server says of its own files proves nothing
 * @throws UserError if what came is not what was promised
 */
export async function download(
  url: string,
  checksum: string,
  file: string,
  progress: Progress,
  timeouts: Timeouts = { answer: 3, pause: 20 },
): Promise<boolean> {
  const from = new URL(url);
  if (from.protocol !== "https:" && !(from.protocol === "http:" && isLoopback(from.hostname)))
    throw new UserError(`${url}: not by https, so whoever is on the way could read and change it`);
  if (silent.has(from.host)) return false;
  const why = await fetchInto(from, file, timeouts);
  if (why !== undefined) {
    await rm(file, { force: true });
    progress(`${url}: not to be had from ${why}`);
    return false;
  }
  const got = await sha256(file);
  if (got === checksum) return true;
  throw new UserError(
    `${url}: not the file that was released, got SHA-256 ${got}; expected ${checksum}. ` +
      "Run the same again; if it stays so, find out what changes downloads on their way to this machine",
  );
}

/** Writes what is at an address into a file; gives who does not have it, or does not answer, and why. */
async function fetchInto(from: URL, file: string, timeouts: Timeouts): Promise<string | undefined> {
  const times = { answerMs: timeouts.answer * 1000, pauseMs: timeouts.pause * 1000 };
  try {
    const answer = await follow(from, { headers: { "user-agent": "slipway" }, ...times });
    if (answer.status === 200) await pipeline(pieces(answer, times.pauseMs), createWriteStream(file));
    else discard(answer);
    return answer.status === 200 ? undefined : `${answer.url.host}: it answers ${answer.status}`;
  } catch (error) {
    // Else a disk that is full, or the like.
    if (!(error instanceof HttpError)) throw error;
    const { host } = error.url ?? from;
    silent.add(host);
    return `${host}: ${error.message}`;
  }
}

/** An answer's body, whose errors are told from those of who writes it down. */
async function* pieces({ body, url }: Answer, pauseMs: number): AsyncGenerator<Buffer> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (error) {
    throw Object.assign(reasonOf(error, pauseMs), { url });
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
