import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import * as http from "node:http";
import * as https from "node:https";
import { buffer } from "node:stream/consumers";
import { UserError } from "../lib/errors.ts";
import type { PullLimit } from "../report/data.ts";
import { certificates } from "./certificates.ts";
import type { Account } from "./account.ts";
import { storedAccount } from "./credentials.ts";

/** What a registry says of a manifest: an image, or an index of several. */
export interface Manifest {
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
const PATIENCE_MS = 30_000;

interface Ask {
  method?: "GET" | "HEAD" | "POST" | "PUT";
  headers?: Record<string, string | number>;
  body?: Buffer | NodeJS.ReadableStream;
  /** Status codes the caller deals with. */
  expected: number[];
}

/** One repository of a registry, by the OCI distribution API. */
export class Repository {
  /** As in `ghcr.io/acme/web`. */
  readonly name: string;
  private readonly host: string;
  private readonly path: string;
  private account: Account | undefined;
  private authorization: string | undefined;

  /**
   * @param name as in `ghcr.io/acme/web`
   * @param account who asks; without one whom `docker login` has stored, or nobody
   */
  constructor(name: string, account?: Account) {
    this.name = name;
    const [host = "", ...path] = name.split("/");
    this.host = host === "docker.io" ? "registry-1.docker.io" : host;
    this.path = path.join("/");
    this.account = account;
  }

  /** The digest behind a tag or digest; undefined if there is none. */
  async digest(reference: string): Promise<string | undefined> {
    const reply = await this.ask(`manifests/${reference}`, {
      method: "HEAD",
      headers: { accept: ACCEPTED },
      expected: [200, 404],
    });
    if (reply.statusCode === 404) return undefined;
    const digest = reply.headers["docker-content-digest"];
    return typeof digest === "string" ? digest : (await this.manifest(reference))?.digest;
  }

  /**
   * How much may be pulled still, which asking this way does not count as; undefined where the registry tells of no limit.
   * Source: https://docs.docker.com/docker-hub/usage/pulls/
   */
  async pullLimit(reference: string): Promise<PullLimit | undefined> {
    const { headers } = await this.ask(`manifests/${reference}`, {
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
  async manifest(reference: string): Promise<Manifest | undefined> {
    const reply = await this.ask(`manifests/${reference}`, {
      headers: { accept: ACCEPTED },
      expected: [200, 404],
    });
    const body = await buffer(reply);
    if (reply.statusCode === 404) return undefined;
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    return { digest, mediaType: reply.headers["content-type"] ?? "", body };
  }

  /** Puts a manifest under a tag or its digest. What a tag led to before stays in the registry. */
  async putManifest(reference: string, { mediaType, body }: Manifest): Promise<void> {
    const headers = { "content-type": mediaType, "content-length": body.length };
    await this.ask(`manifests/${reference}`, { method: "PUT", headers, body, expected: [201] });
  }

  /** Whether a layer or configuration is there. */
  async hasBlob(digest: string): Promise<boolean> {
    const reply = await this.ask(`blobs/${digest}`, { method: "HEAD", expected: [200, 404, 307] });
    return reply.statusCode !== 404;
  }

  /** The bytes of a layer or configuration. */
  async blob(digest: string): Promise<IncomingMessage> {
    const reply = await this.ask(`blobs/${digest}`, { expected: [200, 301, 302, 307] });
    if (reply.statusCode === 200) return reply;
    reply.resume();
    // The registry's storage: it gets no credentials of ours.
    return this.send(new URL(reply.headers.location ?? "", this.url("")), { expected: [200] });
  }

  /** Uploads a layer or configuration. */
  async putBlob({ digest, size }: Descriptor, body: NodeJS.ReadableStream): Promise<void> {
    const started = await this.ask("blobs/uploads/", {
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
    const plain = /^(localhost|127\.\d+\.\d+\.\d+)(:|$)/.test(this.host); // as BuildKit has it
    return new URL(`${plain ? "http" : "https"}://${this.host}/v2/${this.path}/${path}`);
  }

  private authorized(): Record<string, string> {
    return this.authorization ? { authorization: this.authorization } : {};
  }

  /** Asks, and once more with credentials when the registry wants some. */
  private async ask(path: string, { expected, headers, ...rest }: Ask): Promise<IncomingMessage> {
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
    this.account ??= await storedAccount(this.host);
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

  private send(url: URL, { method = "GET", headers, body, expected }: Ask): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const failed = (what: string) => {
        reject(
          new UserError(
            `${this.name}: the registry cannot be used, got ${what} to ${method} ${url.pathname}`,
          ),
        );
      };
      const ca = url.protocol === "http:" ? undefined : certificates();
      const options = { method, headers, ca, timeout: PATIENCE_MS };
      const sent = (url.protocol === "http:" ? http : https).request(url, options, (reply) => {
        if (expected.includes(reply.statusCode ?? 0)) {
          resolve(reply);
          return;
        }
        void buffer(reply).then((text) => {
          failed(`${reply.statusCode ?? 0} ${text.toString().trim().slice(0, 300)}`);
        }, reject);
      });
      sent.on("timeout", () => sent.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)));
      sent.on("error", ({ message }) => {
        failed(message);
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
