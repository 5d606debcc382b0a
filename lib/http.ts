import type { Readable } from "node:stream";
import { createSecureContext } from "node:tls";
import type { Dispatcher } from "undici";
import { isWithin } from "./address-range.ts";
import { certificateFiles, certificates } from "./certificates.ts";
import { UserError } from "./errors.ts";
import type * as client from "./http-client.ts";
import { isLoopback } from "./loopback.ts";

/** The most that is read of an answer that is not streamed, in bytes: twice the 4 MiB that registries take as a manifest. */
export const ANSWER_BYTES = 8 * 1024 * 1024;

/** How many redirects are followed, one after the other. */
const REDIRECTS = 5;

/** A request to a server. */
export interface Request {
  /** @default GET */
  method?: "GET" | "HEAD" | "POST" | "PUT";
  /** Names in lower case. `authorization` is for the server that is asked: no redirect carries it to another. */
  headers?: Readonly<Record<string, string>>;
  body?: Buffer | Readable;
  /** Certificate of the authority that signed the server's, PEM. @default those that this machine trusts */
  ca?: string | undefined;
  /** How long the server may take to begin its answer, in milliseconds. @default 30,000 */
  answerMs?: number;
  /** How long the server may take between two pieces of it, in milliseconds. @default 30,000 */
  pauseMs?: number;
}

/** What a server answers; its body must be read, or {@link discard}ed. */
export interface Answer {
  /** Who has answered, after redirects. */
  url: URL;
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Dispatcher.ResponseData["body"];
}

/** A server that cannot be asked, or whose answer is not to be followed; the message says why, without the server's name. */
export class HttpError extends Error {
  /** Who could not be asked, or led astray. */
  url: URL | undefined;
}

/** A server without TLS that was asked with it. */
export class PlainHttpError extends HttpError {}

/**
 * Whether something asked at `from` may lead to `to`: by https anywhere, by http only where that was http already, on
 * this machine or at the same origin.
 */
export function mayLead(from: URL, to: URL): boolean {
  if (to.protocol !== "http:") return to.protocol === "https:";
  return from.protocol === "http:" && (isLoopback(to.hostname) || to.origin === from.origin);
}

/**
 * Where an answer's Location leads.
 * @throws HttpError where it leads nowhere, or from https to http
 */
export function locationOf({ url, status, headers }: Answer): URL {
  const { location } = headers;
  if (typeof location !== "string" || !location || !URL.canParse(location, url.href))
    throw new HttpError(`${status} without a usable Location`);
  const to = new URL(location, url);
  // What it says there is nobody's password.
  to.username = to.password = "";
  if (!mayLead(url, to))
    throw new HttpError(
      `${status} that leads from ${url.origin} to ${to.origin}, which whoever is on the way could read and change`,
    );
  return to;
}

/** Loads what asks, for who soon will. */
export async function loadClient(): Promise<typeof client> {
  return import("./http-client.ts");
}

/**
 * Asks a server once, by the proxy of HTTPS_PROXY, HTTP_PROXY and NO_PROXY where there is one.
 * @throws HttpError where there is no answer
 */
export async function ask(url: URL, options: Request = {}): Promise<Answer> {
  const { method = "GET", headers = {}, body = null, ca, answerMs = 30_000, pauseMs = 30_000 } = options;
  const limit = new AbortController();
  // Who sends much may take long to send it; the connection too must be there in time.
  const timer = body
    ? undefined
    : setTimeout(() => {
        limit.abort();
      }, answerMs);
  try {
    const loaded = await loadClient();
    const dispatcher = dispatcherFor(loaded, url, ca);
    const { statusCode, ...answer } = await loaded.request(url, {
      ...{ method, headers, body, dispatcher, signal: limit.signal },
      ...{ headersTimeout: answerMs, bodyTimeout: pauseMs },
    });
    return { url, status: statusCode, headers: answer.headers, body: answer.body };
  } catch (error) {
    const reason = limit.signal.aborted ? tooSlow(answerMs) : reasonOf(error, answerMs);
    throw Object.assign(reason, { url });
  } finally {
    clearTimeout(timer);
  }
}

/** As {@link ask}, and goes where redirects lead: to another origin without `authorization`. For what has no body. */
export async function follow(url: URL, options: Request = {}): Promise<Answer> {
  let answer = await ask(url, options);
  for (let left = REDIRECTS; isRedirect(answer); left--) {
    if (!left) throw new HttpError(`more than ${REDIRECTS} redirects`);
    discard(answer);
    const to = locationOf(answer);
    const { authorization, ...others } = options.headers ?? {};
    const headers =
      to.origin === url.origin && authorization !== undefined ? { ...others, authorization } : others;
    answer = await ask(to, { ...options, headers });
  }
  return answer;
}

/** Leaves the rest of an answer: its connection can be used again, unless that is more than 128 KiB. */
export function discard({ body }: Answer): void {
  void body.dump({ limit: 128 * 1024 }).catch(() => undefined);
}

/** Whether an answer leads elsewhere. */
export function isRedirect({ status }: Answer): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/**
 * All of a stream, counted as it comes: what a server says of the length is not believed.
 * @throws HttpError where it is more than `limit` bytes, or breaks off
 */
export async function readWhole(stream: Readable, limit = ANSWER_BYTES): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > limit) throw new HttpError(`more than ${limit} bytes`);
    }
  } catch (error) {
    throw reasonOf(error);
  }
  return Buffer.concat(pieces);
}

/**
 * What kept a request from being answered, or an answer from being whole, in a few words.
 * @param waited how long it was waited for, in milliseconds
 */
export function reasonOf(error: unknown, waited = 30_000): Error {
  // A UserError is that of whoever was sending.
  if (error instanceof HttpError || error instanceof UserError) return error;
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (/^UND_ERR_(HEADERS|CONNECT|BODY)_TIMEOUT$/.test(code)) return tooSlow(waited);
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG")
    return new PlainHttpError("plain http where https was asked for");
  // A name with two addresses has an error of each, and no words of its own.
  return new HttpError(code && !message.includes(code) ? `${message} ${code}`.trim() : message);
}

function tooSlow(milliseconds: number): HttpError {
  return new HttpError(`no answer for ${milliseconds / 1000} s`);
}

const dispatchers = new Map<string, Dispatcher>();

/** As for Go's programs, docker and buildx among them: no proxy to this machine, nor into the address ranges of NO_PROXY. */
function dispatcherFor(
  { Agent, EnvHttpProxyAgent }: typeof client,
  { protocol, hostname }: URL,
  ca: string | undefined,
): Dispatcher {
  const proxy = isLoopback(hostname) || isInNoProxy(hostname) ? "" : proxyFor(protocol);
  const key = JSON.stringify([proxy, ca ?? certificateFiles()]);
  const known = dispatchers.get(key);
  if (known) return known;
  // Made once: out of a hundred authorities and more it takes a tenth of a second, which each connection would again.
  const trusting = (authorities: string | string[]) => ({
    secureContext: createSecureContext({ ca: authorities }),
  });
  const connect = trusting(ca ?? certificates());
  const made = proxy
    ? new EnvHttpProxyAgent({
        ...{ httpProxy: proxy, httpsProxy: proxy, connect, requestTls: connect },
        ...{ proxyTls: ca === undefined ? connect : trusting(certificates()) },
        // Plain http is passed on as it is: proxies make tunnels to the port of https alone.
        proxyTunnel: false,
      })
    : new Agent({ connect });
  dispatchers.set(key, made);
  return made;
}

/**
 * The proxy that the environment names; empty where it names none.
 * @throws HttpError where that is no address
 */
function proxyFor(protocol: string): string {
  const name = protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const value = process.env[name.toLowerCase()] ?? process.env[name] ?? "";
  const url = value && !value.includes("://") ? `http://${value}` : value;
  if (url && !URL.canParse(url)) throw new HttpError(`${name} is no address; expected http://proxy:port`);
  return url;
}

/** Whether an address is in a range of NO_PROXY, as in 192.168.0.0/16; its names are undici's to know. */
function isInNoProxy(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, "");
  const entries = (process.env.no_proxy ?? process.env.NO_PROXY ?? "").split(/[,\s]+/);
  return entries.some((entry) => isWithin(address, entry));
}
