import { createHash } from "node:crypto";
import { type Readable, Transform } from "node:stream";
import { UserError } from "../lib/errors.ts";
import { reasonOf } from "../lib/http.ts";

/**
 * A stream that is handed on as it comes, and fails at its end where it was not what the digest names.
 * @param name for the message: `repository@sha256:…`
 */
export function verified(stream: Readable, digest: string, name: string): Readable {
  const hash = createHash("sha256");
  const checked = new Transform({
    transform(piece: Buffer, _, done) {
      hash.update(piece);
      done(null, piece);
    },
    flush(done) {
      const got = `sha256:${hash.digest("hex")}`;
      done(got === digest ? null : new UserError(`${name}: not what it is named after, got ${got}`));
    },
  });
  stream.on("error", (error) => {
    checked.destroy(new UserError(`${name}: broke off: ${reasonOf(error).message}`));
  });
  // It may be whole, and wrong, before anybody reads it: who does then learns of it.
  checked.on("error", () => undefined);
  stream.pipe(checked).on("close", () => stream.destroy());
  return checked;
}
