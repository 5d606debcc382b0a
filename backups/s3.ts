import { ListObjectsV2Command, GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { Readable } from "node:stream";
import { UserError } from "../lib/errors.ts";
import { isLoopback } from "../lib/loopback.ts";
import type { Progress } from "../lib/progress.ts";
import type { Store } from "./store.ts";

/** Parts of that size, of which S3 takes 10,000: 320 GB in all. */
const PART_BYTES = 32 * 1024 * 1024;

/**
 * A bucket of anything that speaks S3. Credentials, region and AWS_ENDPOINT_URL are found where the aws command line
 * finds them. With an endpoint of one's own the bucket stands in the path, and the region is us-east-1 if none is said.
 */
export class S3Store implements Store {
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly prefix: string;

  constructor(address: string, warn: Progress) {
    const [, bucket = "", prefix = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*?))?\/*$/i.exec(address) ?? [];
    if (!bucket) throw new UserError(`${address}: no bucket; expected s3://bucket/prefix`);
    this.bucket = bucket;
    this.prefix = prefix ? `${prefix}/` : "";
    const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
    this.client = new S3Client({
      ...(endpoint !== undefined && { forcePathStyle: true, region: process.env.AWS_REGION ?? "us-east-1" }),
      // Servers other than Amazon's may not know the checksums that the SDK adds on its own.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
    this.warnOfHttp(warn);
  }

  address(name: string): string {
    return `s3://${this.bucket}/${this.prefix}${name}`;
  }

  async write(name: string, content: Readable): Promise<void> {
    // Many parts become one object at the end; an upload that fails leaves none.
    const upload = new Upload({
      client: this.client,
      params: { Bucket: this.bucket, Key: this.prefix + name, Body: content },
      partSize: PART_BYTES,
      queueSize: 2,
    });
    await this.orUserError(name, upload.done());
  }

  async read(name: string): Promise<Readable> {
    const object = this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: this.prefix + name }));
    return (await this.orUserError(name, object)).Body as Readable;
  }

  async list(folder: string): Promise<string[]> {
    const prefix = `${this.prefix}${folder}/`;
    const names: string[] = [];
    let from: string | undefined;
    do {
      const listing = new ListObjectsV2Command({
        Bucket: this.bucket,
        Prefix: prefix,
        Delimiter: "/",
        ContinuationToken: from,
      });
      const { Contents = [], NextContinuationToken } = await this.orUserError(
        folder,
        this.client.send(listing),
      );
      names.push(...Contents.flatMap(({ Key }) => Key?.slice(prefix.length) ?? []));
      from = NextContinuationToken;
    } while (from !== undefined);
    return names;
  }

  /** Says once where backups go without TLS: wherever the endpoint was found, a request tells how it is sent. */
  private warnOfHttp(warn: Progress): void {
    let said = false;
    const look = ({ protocol, hostname }: { protocol?: string; hostname?: string }) => {
      if (said || protocol !== "http:" || isLoopback(hostname ?? "")) return;
      said = true;
      warn(
        `http://${hostname ?? ""}: backups are sent without TLS, so whoever is on the way can read them, secrets of the ` +
          "service too. Give AWS_ENDPOINT_URL an https address",
      );
    };
    this.client.middlewareStack.add(
      (next) => (args) => {
        look(args.request as object);
        return next(args);
      },
      { step: "finalizeRequest", name: "warnOfHttp" },
    );
  }

  /** The answer of the server; what it refuses is the user's to mend. */
  private async orUserError<T>(name: string, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      // The content's own.
      if (error instanceof UserError) throw error;
      const { name: kind, message } = error as Error;
      const why = error instanceof NoSuchKey ? "there is none" : `${kind}: ${message}`;
      throw new UserError(`${this.address(name)}: ${why}`);
    }
  }
}
