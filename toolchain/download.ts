import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { basename } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { UserError } from "../lib/errors.ts";
import type { Progress } from "../lib/progress.ts";

/** How long a host may take, in seconds: to answer at all, and between two pieces of what it sends. */
export interface Timeouts {
  answer: number;
  pause: number;
}

/** Hosts that were asked in this run in vain: not asked again. */
const silent = new Set<string>();

/** Nothing to be had at that address; the caller has another way. */
class Unavailable extends Error {}

/**
 * Writes the download at `url` to `file` and checks it. `checksum` is a SHA-256, or the address where the release
 * publishes one. Answers false, and reports why, if there is nothing to be had: a host that is silent, no such
 * file, no checksum. Throws a UserError if what came is not what was promised.
 */
export async function download(
  url: string,
  checksum: string,
  file: string,
  progress: Progress,
  timeouts: Timeouts = { answer: 3, pause: 20 },
): Promise<boolean> {
  try {
    const wanted = checksum.includes("/") ? await published(checksum, basename(url), timeouts) : checksum;
    await pipeline(pieces(url, timeouts), createWriteStream(file));
    const got = await sha256(file);
    if (got === wanted) return true;
    throw new UserError(
      `${url}: not the file that was released, got SHA-256 ${got}; expected ${wanted}. ` +
        "Run the same again; if it stays so, find out what changes downloads on their way to this machine",
    );
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    if (error.message) progress(error.message);
    return false;
  }
}

/** The checksum of `name` in a list of `checksum  file` lines, or in GitHub's description of a release. */
async function published(url: string, name: string, timeouts: Timeouts): Promise<string> {
  const page = await text(pieces(url, timeouts));
  const found = page.startsWith("{") ? inDescription(page, name) : inList(page, name);
  if (!found) throw new Unavailable(`${name}: not used, ${url} gives no SHA-256 of it`);
  return found;
}

function inList(page: string, name: string): string | undefined {
  const lines = page.split("\n").map((line) => /^([0-9a-f]{64}) [ *](?:\.\/)?(\S+)$/.exec(line.trim()));
  return lines.find((line) => line?.[2] === name)?.[1];
}

function inDescription(page: string, name: string): string | undefined {
  const { assets } = JSON.parse(page) as { assets?: { name: string; digest?: string | null }[] };
  return /^sha256:(.*)$/.exec(assets?.find((asset) => asset.name === name)?.digest ?? "")?.[1];
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** What is at `url`, piece by piece. Each host that redirects to another has its own time to answer. */
async function* pieces(url: string, timeouts: Timeouts, redirects = 5): AsyncGenerator<Uint8Array> {
  const { host } = new URL(url);
  if (silent.has(host)) throw new Unavailable();
  const limit = new AbortController();
  let timer = abortAfter(limit, timeouts.answer);
  try {
    const headers = { "user-agent": "slipway" };
    const response = await fetch(url, { redirect: "manual", signal: limit.signal, headers });
    clearTimeout(timer);
    const next = response.headers.get("location");
    if (next && redirects > 0) {
      yield* pieces(new URL(next, url).href, timeouts, redirects - 1);
    } else if (!response.ok || !response.body) {
      throw new Unavailable(`${url}: not to be had, ${host} answers ${response.status}`);
    } else {
      timer = abortAfter(limit, timeouts.pause);
      for await (const piece of response.body) {
        timer.refresh();
        yield piece as Uint8Array;
      }
    }
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    silent.add(host);
    const reason = limit.signal.aborted ? String(limit.signal.reason) : causeOf(error);
    throw new Unavailable(`${url}: not to be had, ${host} ${reason}`);
  } finally {
    clearTimeout(timer);
  }
}

function abortAfter(limit: AbortController, seconds: number): NodeJS.Timeout {
  return setTimeout(() => {
    limit.abort(`did not answer for ${seconds} s`);
  }, seconds * 1000);
}

/** fetch says no more than "fetch failed"; what happened is in its cause. */
function causeOf(error: unknown): string {
  const cause = (error as Error).cause ?? error;
  return `cannot be reached (${(cause as NodeJS.ErrnoException).code ?? (cause as Error).message})`;
}
