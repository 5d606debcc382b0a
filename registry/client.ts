import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import * as http from "node:http";
import * as https from "node:https";
import { buffer } from "node:stream/consumers";
import { UserError } from "../lib/errors.ts";
import type { PullLimit } from "../model/image/pull-limit.ts";
import { apiHost, speaksHttp } from "./address.ts";
import { certificates } from "./certificates.ts";
import { parseReference } from "../model/image/reference.ts";
import type { Account } from "./account.ts";
import { storedAccount } from "./credentials.ts";

/** The manifest of an image, or of an index of several. */
export interface ImageManifest {
  digest: string;
  mediaType: string;
  /** The bytes that have that digest. */
  body: Buffer;
}

/** One entry of a manifest. */
export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: { os: string; architecture: string; variant?: string };
}

const ACCEPTED = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join();
const TIMEOUT_MS = 30_000;

interface RequestOptions {
  method?: "GET" | "HEAD" | "POST" | "PUT";
  headers?: Record<string, string | number>;
  body?: Buffer | NodeJS.ReadableStream;
  /** Status codes the caller handles; any other is an error. */
  expected: number[];
}

/** One repository of a registry, by the OCI distribution API. */
export class Repository {
  /** As in `ghcr.io/acme/web`. */
  readonly name: string;
  private readonly registry: string;
  private readonly path: string;
  private account: Account | undefined;
  private readonly ca: string | undefined;
  private authorization: string | undefined;

  /**
   * @param name as in `ghcr.io/acme/web`
   * @param account @default the one that `docker login` has stored, if any
   * @param ca certificate of the authority that signed the registry's, PEM @default those that this machine trusts
   */
  constructor(name: string, account?: Account, ca?: string) {
    this.name = name;
    const { registry, repository } = parseReference(name);
    this.registry = registry;
    this.path = repository;
    this.account = account;
    this.ca = ca;
  }

  /** The digest behind a tag or digest; undefined if there is none. */
  async digest(reference: string): Promise<string | undefined> {
    const reply = await this.request(`manifests/${reference}`, {
      method: "HEAD",
      headers: { accept: ACCEPTED },
      expected: [200, 404],
    });
    if (reply.statusCode === 404) return undefined;
    const digest = reply.headers["docker-content-digest"];
    return typeof digest === "string" ? digest : (await this.manifest(reference))?.digest;
  }

  /**
   * How much may be pulled still; undefined where the registry names no limit. This request does not count as a pull.
   * Source: https://docs.docker.com/docker-hub/usage/pulls/
   */
  async pullLimit(reference: string): Promise<PullLimit | undefined> {
    const { headers } = await this.request(`manifests/${reference}`, {
      method: "HEAD",
      headers: { accept: ACCEPTED },
      expected: [200, 404],
    });
    const [limit, window = 0] = numbersIn(headers["ratelimit-limit"]);
    const [remaining] = numbersIn(headers["ratelimit-remaining"]);
    if (limit === undefined || remaining === undefined) return undefined;
    return { limit, remaining, windowSeconds: window };
  }

  /** The manifest behind a tag or digest; undefined if there is none. */
  async manifest(reference: string): Promise<ImageManifest | undefined> {
    const reply = await this.request(`manifests/${reference}`, {
      headers: { accept: ACCEPTED },
      expected: [200, 404],
    });
    const body = await buffer(reply);
    if (reply.statusCode === 404) return undefined;
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    return { digest, mediaType: reply.headers["content-type"] ?? "", body };
  }

  /** Puts a manifest under a tag or its digest. What a tag led to before stays in the registry. */
  async putManifest(reference: string, { mediaType, body }: ImageManifest): Promise<void> {
    const headers = { "content-type": mediaType, "content-length": body.length };
    await this.request(`manifests/${reference}`, { method: "PUT", headers, body, expected: [201] });
  }

  /** Whether a layer or configuration is there. */
  async hasBlob(digest: string): Promise<boolean> {
    const reply = await this.request(`blobs/${digest}`, { method: "HEAD", expected: [200, 404, 307] });
    return reply.statusCode !== 404;
  }

  /** The bytes of a layer or configuration. */
  async blob(digest: string): Promise<IncomingMessage> {
    const reply = await this.request(`blobs/${digest}`, { expected: [200, 301, 302, 307] });
    if (reply.statusCode === 200) return reply;
    reply.resume();
    // The registry's storage: it gets no credentials of ours.
    return this.send(new URL(reply.headers.location ?? "", this.url("")), { expected: [200] });
  }

  /** Uploads a layer or configuration. */
  async putBlob({ digest, size }: Descriptor, body: NodeJS.ReadableStream): Promise<void> {
    const started = await this.request("blobs/uploads/", {
      method: "POST",
      headers: { "content-length": 0 },
      expected: [202],
    });
    const upload = new URL(started.headers.location ?? "", this.url(""));
    upload.searchParams.set("digest", digest);
    const headers = {
      "content-type": "application/octet-stream",
      "content-length": size,
      ...this.authorized(),
    };
    (await this.send(upload, { method: "PUT", headers, body, expected: [201] })).resume();
  }

  private url(path: string): URL {
    const protocol = speaksHttp(this.registry) ? "http" : "https";
    return new URL(`${protocol}://${apiHost(this.registry)}/v2/${this.path}/${path}`);
  }

  private authorized(): Record<string, string> {
    return this.authorization ? { authorization: this.authorization } : {};
  }

  /** Sends a request, and once more with credentials where the registry wants some. */
  private async request(
    path: string,
    { expected, headers, ...rest }: RequestOptions,
  ): Promise<IncomingMessage> {
    const send = (also: number[]) =>
      this.send(this.url(path), {
        ...rest,
        headers: { ...headers, ...this.authorized() },
        expected: [...expected, ...also],
      });
    const reply = await send([401]);
    if (reply.statusCode !== 401) {
      if (rest.method !== undefined && rest.method !== "GET") reply.resume();
      return reply;
    }
    reply.resume();
    const writes = rest.method === "POST" || rest.method === "PUT";
    this.authorization = await this.authorize(reply.headers["www-authenticate"] ?? "", writes);
    const again = await send([]);
    if (rest.method !== undefined && rest.method !== "GET") again.resume();
    return again;
  }

  /** The header that answers a challenge. */
  private async authorize(challenge: string, writes: boolean): Promise<string | undefined> {
    this.account ??= await storedAccount(this.registry);
    const basic =
      this.account && `Basic ${Buffer.from(`${this.account.user}:${this.account.token}`).toString("base64")}`;
    if (!/^bearer /i.test(challenge)) return basic;
    const value = (key: string) => new RegExp(`${key}="([^"]*)"`).exec(challenge)?.[1] ?? "";
    const realm = new URL(value("realm"));
    realm.searchParams.set("service", value("service"));
    realm.searchParams.set("scope", `repository:${this.path}:pull${writes ? ",push" : ""}`);
    const reply = await this.send(realm, { headers: basic ? { authorization: basic } : {}, expected: [200] });
    const { token, access_token } = JSON.parse((await buffer(reply)).toString()) as Record<string, string>;
    return `Bearer ${token ?? access_token ?? ""}`;
  }

  private send(
    url: URL,
    { method = "GET", headers, body, expected }: RequestOptions,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const fail = (problem: string) => {
        reject(
          new UserError(
            `${this.name}: the registry cannot be used, got ${problem} for ${method} ${url.pathname}`,
          ),
        );
      };
      const ca = url.protocol === "http:" ? undefined : (this.ca ?? certificates());
      const options = { method, headers, ca, timeout: TIMEOUT_MS };
      const sent = (url.protocol === "http:" ? http : https).request(url, options, (reply) => {
        if (expected.includes(reply.statusCode ?? 0)) {
          resolve(reply);
          return;
        }
        void buffer(reply).then((text) => {
          fail(`${reply.statusCode ?? 0} ${text.toString().trim().slice(0, 300)}`);
        }, reject);
      });
      sent.on("timeout", () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
      sent.on("error", ({ message }) => {
        fail(message);
      });
      if (body && "pipe" in body) body.on("error", (error: Error) => sent.destroy(error)).pipe(sent);
      else sent.end(body);
    });
  }
}

/** Of a header as in `100;w=21600`. */
function numbersIn(header: string | string[] | undefined): number[] {
  return [...String(header ?? "").matchAll(/\d+/g)].map(Number);
}
