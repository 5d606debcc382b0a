import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { ByteCounter } from "../../../backups/byte-counter.ts";
import { checkBackup, unpackBackup } from "../../../backups/reading.ts";
import type { Store } from "../../../backups/store.ts";
import type { Manifest } from "../../../model/data/backup.ts";

/** A tar, and another of the same size, packed to the same size too. */
const [TAR, OTHER] = ["tar of ann", "tar of bob"];
const FILE = gzipSync(TAR, { level: 0 });
const MANIFEST: Manifest = {
  ...{ project: "fleet", stack: "prod", service: "store", volumes: ["data"], image: "store@sha256:0" },
  ...{ time: "2026-01-31T12:00:00Z", tarBytes: TAR.length, fileBytes: FILE.length },
  sha256: createHash("sha256").update(FILE).digest("hex"),
};

/** A place that gives each of these in turn. */
function giving(...files: Buffer[]): Store {
  return {
    address: (name) => `s3://safe/${name}`,
    read: () => Promise.resolve(Readable.from([files.shift()])),
    write: () => Promise.resolve(),
    list: () => Promise.resolve([]),
  };
}

describe("a backup that is read", () => {
  const unpack = async (store: Store) => {
    const tar = new PassThrough();
    const [text] = await Promise.all([
      buffer(tar).catch(() => Buffer.alloc(0)),
      unpackBackup(store, "a.tar.gz", MANIFEST, new ByteCounter(), tar),
    ]);
    return text.toString();
  };

  it("is what was written, twice", async () => {
    const store = giving(FILE, FILE);
    await checkBackup(store, "a.tar.gz", MANIFEST);
    assert.equal(await unpack(store), TAR);
  });

  it("fails on one that was changed before it was checked", async () => {
    const problem = {
      name: "UserError",
      message: /^s3:\/\/safe\/a.tar.gz: damaged, got \d+ bytes of another checksum/,
    };
    await assert.rejects(checkBackup(giving(gzipSync(OTHER, { level: 0 })), "a.tar.gz", MANIFEST), problem);
  });

  it("fails on one of the same size that was changed after it was checked", async () => {
    const other = gzipSync(OTHER, { level: 0 });
    assert.equal(other.length, FILE.length);
    const store = giving(FILE, other);
    await checkBackup(store, "a.tar.gz", MANIFEST);
    await assert.rejects(unpack(store), {
      name: "UserError",
      message: "s3://safe/a.tar.gz: changed since it was checked",
    });
  });
});
