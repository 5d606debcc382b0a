import { createReadStream, createWriteStream } from "node:fs";
import { access, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UserError } from "../lib/errors.ts";
import type { Store } from "./store.ts";

/** A folder on this machine, for its owner's eyes: a backup holds what the service keeps secret, too. */
export class FolderStore implements Store {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  address(name: string): string {
    return join(this.folder, name);
  }

  async write(name: string, content: Readable): Promise<void> {
    const path = this.address(name);
    const part = `${path}.part`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      // On the disk before it has its name.
      await pipeline(content, createWriteStream(part, { mode: 0o600, flush: true }));
      await rename(part, path);
    } finally {
      await rm(part, { force: true });
    }
  }

  async read(name: string): Promise<Readable> {
    const path = this.address(name);
    await access(path).catch((error: unknown) => {
      throw new UserError(`${path}: cannot be read: ${(error as Error).message}`);
    });
    return createReadStream(path);
  }

  async list(folder: string): Promise<string[]> {
    return readdir(this.address(folder)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    });
  }
}
