import type { Readable } from "node:stream";
import { isWholeDigest } from "../lib/digest.ts";
import { UserError } from "../lib/errors.ts";
import type { Answer } from "../lib/http.ts";
import { printableLine } from "../lib/text.ts";
import type { PullLimit } from "../model/image/pull-limit.ts";
import type { Account } from "./account.ts";
import { Connection } from "./connection.ts";
import { type Descriptor, type ImageManifest, digestOfBytes } from "./manifest.ts";
import { verified } from "./verified.ts";

export type { Descriptor, ImageManifest } from "./manifest.ts";

const ACCEPTED = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join();
/** What registries answer where there is nothing, or nothing that the account may see: many do not tell which. */
const ABSENT = [401, 403, 404];
const REDIRECTS = [301, 302, 303, 307, 308];

/** One repository of a registry, by the OCI distribution API. */
export class Repository {
  /** As in `ghcr.io/acme/web`. */
  readonly name: string;
  private readonly connection: Connection;

  /**
   * @param name as in `ghcr.io/acme/web`
   * @param account @default the one that `docker login` has stored, if any
   * @param ca certificate of the authority that signed the registry's, PEM @default those that this machine trusts
   */
  constructor(name: string, account?: Account, ca?: string) {
    this.name = name;
    this.connection = new Connection(name, account, ca);
  }

  /**
   * What the registry has said in place of "not found", as in "403 denied". Docker Hub, Quay and GHCR say so of a
   * repository that is yet to be made; it may be there as well, and not for this account.
   */
  get refusal(): string | undefined {
    return this.connection.refusal;
  }

  /**
   * The digest behind a tag or digest; undefined if there is none, or none that the account may see.
   * @throws UserError where the registry cannot be used, or names no digest
   */
  async digest(reference: string): Promise<string | undefined> {
    const answer = await this.head(reference);
    if (ABSENT.includes(answer.status)) return undefined;
    return this.digestIn(answer, reference) ?? (await this.manifest(reference))?.digest;
  }

  /**
   * How much may be pulled still; undefined where the registry names no limit. This request does not count as a pull.
   * Source: https://docs.docker.com/docker-hub/usage/pulls/
   */
  async pullLimit(reference: string): Promise<PullLimit | undefined> {
    const { headers } = await this.head(reference);
    const [limit, window = 0] = numbersIn(headers["ratelimit-limit"]);
    const [remaining] = numbersIn(headers["ratelimit-remaining"]);
    if (limit === undefined || remaining === undefined) return undefined;
    return { limit, remaining, windowSeconds: window };
  }

  /**
   * The manifest behind a tag or digest; undefined if there is none, or none that the account may see.
   * @throws UserError where it is not what its digest names
   */
  async manifest(reference: string): Promise<ImageManifest | undefined> {
    const answer = await this.connection.request(`manifests/${reference}`, {
      headers: { accept: ACCEPTED },
      expected: [200, ...ABSENT],
    });
    if (answer.status !== 200) return undefined;
    const body = await this.connection.read(answer);
    const digest = digestOfBytes(body);
    const named = this.digestIn(answer, reference) ?? digest;
    if (named !== digest)
      throw new UserError(`${this.name}: not the manifest that ${named} names, got ${digest}`);
    return { digest, mediaType: String(answer.headers["content-type"] ?? ""), body };
  }

  /** Puts a manifest under a tag or its digest. What a tag led to before stays in the registry. */
  async putManifest(reference: string, { digest, mediaType, body }: ImageManifest): Promise<void> {
    const headers = { "content-type": mediaType, "content-length": String(body.length) };
    const request = { method: "PUT", headers, body, expected: [201] } as const;
    this.digestIn(await this.connection.request(`manifests/${reference}`, request), digest);
  }

  /** Whether a layer or configuration is there. */
  async hasBlob(digest: string): Promise<boolean> {
    const { status } = await this.connection.request(`blobs/${digest}`, {
      method: "HEAD",
      // One that leads to the registry's storage is there.
      ...{ follows: false, expected: [200, ...REDIRECTS, ...ABSENT] },
    });
    return !ABSENT.includes(status);
  }

  /** The bytes of a layer or configuration; they fail at their end where they are not what the digest names. */
  async blob(digest: string): Promise<Readable> {
    const { body } = await this.connection.request(`blobs/${digest}`, { expected: [200] });
    return verified(body, digest, `${this.name}@${digest}`);
  }

  /** Uploads a layer or configuration. */
  async putBlob({ digest, size }: Descriptor, body: Readable): Promise<void> {
    const started = await this.connection.request("blobs/uploads/", { method: "POST", expected: [202] });
    const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
    const upload = { method: "PUT", headers, body, expected: [201] } as const;
    await this.connection.requestLocation(started, { digest }, upload);
  }

  private head(reference: string): Promise<Answer> {
    const request = { method: "HEAD", headers: { accept: ACCEPTED }, expected: [200, ...ABSENT] } as const;
    return this.connection.request(`manifests/${reference}`, request);
  }

  /**
   * The digest that an answer's headers name, if they do.
   * @throws UserError where it is none, or another than was asked for
   */
  private digestIn({ headers }: Answer, reference: string): string | undefined {
    const named = headers["docker-content-digest"];
    if (named === undefined) return isWholeDigest(reference) ? reference : undefined;
    const digest = String(named);
    const wanted = isWholeDigest(reference) ? reference : "sha256:… with 64 digits";
    if (isWholeDigest(digest) && (digest === reference || !isWholeDigest(reference))) return digest;
    throw new UserError(
      `${this.name}: another digest than was asked for, got "${printableLine(digest, 100)}"; expected ${wanted}`,
    );
  }
}

/** Of a header as in `100;w=21600`. */
function numbersIn(header: string | string[] | undefined): number[] {
  return [...String(header ?? "").matchAll(/\d+/g)].map(Number);
}
