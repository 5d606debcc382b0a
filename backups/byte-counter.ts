import { createHash } from "node:crypto";
import { Transform } from "node:stream";

/** A stream that hands on what it gets, and knows how much it was, and its SHA-256. */
export class ByteCounter extends Transform {
  bytes = 0;
  private readonly hash = createHash("sha256");

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    done(null, chunk);
  }

  /** In hexadecimal digits, of all that went through; to be asked once, at the end. */
  sha256(): string {
    return this.hash.digest("hex");
  }
}
