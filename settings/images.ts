import { resolve } from "node:path";
import { type Size, isSize } from "../lib/size.ts";
import { paths } from "../lib/paths.ts";
import { LOCK_FILE, readLock } from "../model/image/lock.ts";
import { type Builder, parseBuilders } from "../model/image/builders.ts";
import { CACHES, type Cache } from "../model/image/caches.ts";
import type { BuildSettings } from "../model/image/recipe.ts";
import { type ImageRecord, readRecord } from "../model/image/record.ts";
import type { Credentials } from "./credentials.ts";
import { type Keys, type Reader, orList } from "./reader.ts";
import { FOLDER, FOLDER_EXAMPLE, readCredentials } from "./registry.ts";

export const keys = {
  images: { default: "build" },
  promoteFrom: { default: "" },
  promoteFromUser: { default: "" },
  promoteFromToken: { secret: true },
  promoteRecord: { default: "" },
  builder: { default: "" },
  platforms: { default: "linux/amd64,linux/arm64" },
  caches: { default: "gha" },
  sizeBudget: { default: "1 GB" },
  latest: { default: "true" },
  source: { default: "" },
} satisfies Keys;

/** How images are made, or where they come from. */
export interface ImageSettings extends BuildSettings {
  /** Whether images are built here, or those that another stack has built are taken over. */
  images: "build" | "promote";
  /** Where promoted images are copied from; absent where they are in `registry` already. */
  promoteFrom: { registry: string; account: Credentials | undefined } | undefined;
  /** The only images that are taken over, where the registry's tags are not believed. */
  promoteRecord: ImageRecord | undefined;
  /** One for all platforms, or several that share them out. */
  builders: Builder[];
  /** Sorted: their order is the order in the image. */
  platforms: string[];
  /** Where the lock of the external images is: the lab, which may have external images of its own, has one too. */
  lockFile: string;
  /** What stands for docker.io, in the lab where that cannot be reached. */
  mirror: string | undefined;
  caches: Cache[];
  /** How big an image may be for each platform, unless its entry has a limit of its own. */
  sizeBudget: Size;
  /** Whether images of this stack may be tagged `latest`. */
  latest: boolean;
}

const PLATFORMS = ["linux/amd64", "linux/arm64", "linux/arm/v7"];

export function read(reader: Reader): ImageSettings {
  const promoteFrom = reader.optional("promoteFrom", FOLDER, FOLDER_EXAMPLE);
  const platforms = reader.words("platforms");
  for (const platform of platforms.filter((word) => !PLATFORMS.includes(word)))
    reader.problem("platforms", `unknown platform, got "${platform}"; expected ${orList(PLATFORMS)}`);
  const builderEnvironment = reader.environment("builder");
  const { builders, problems } = parseBuilders(reader.resolve("builder"), platforms);
  for (const text of problems) reader.problem("builder", text);
  // Only the lab's builder takes docker.io's images from the lab's mirror.
  const mirror = builderEnvironment?.value("mirror");
  const lockFile = (mirror && builderEnvironment?.value("lockFile")) || LOCK_FILE;
  const { lock, problems: unreadable } = readLock(resolve(paths.project, lockFile));
  reader.problems.push(...unreadable);
  return {
    images: reader.choice("images", ["build", "promote"]),
    promoteFrom: promoteFrom
      ? {
          registry: promoteFrom,
          account: readCredentials(reader, promoteFrom, "promoteFromUser", "promoteFromToken"),
        }
      : undefined,
    promoteRecord: readPromoteRecord(reader),
    builders,
    platforms,
    source: reader.text("source") || undefined,
    lock,
    lockFile,
    mirror,
    caches: readCaches(reader),
    sizeBudget: readSizeBudget(reader),
    latest: reader.choice("latest", ["true", "false"]) === "true",
  };
}

function readPromoteRecord(reader: Reader): ImageRecord | undefined {
  const file = reader.text("promoteRecord");
  if (!file) return undefined;
  if (reader.text("images") !== "promote")
    reader.problem("promoteRecord", `only for images promote, but images is ${reader.text("images")}`);
  const { record, problems } = readRecord(resolve(paths.project, file));
  for (const problem of problems) reader.problem("promoteRecord", `${file}: ${problem}`);
  return record;
}

function readCaches(reader: Reader): Cache[] {
  const isCache = (word: string): word is Cache => CACHES.some((cache) => cache === word);
  const words = reader.words("caches");
  for (const word of words.filter((word) => !isCache(word) && word !== "none"))
    reader.problem("caches", `unknown cache, got "${word}"; expected ${orList([...CACHES, "none"])}`);
  return words.filter(isCache);
}

function readSizeBudget(reader: Reader): Size {
  const size = reader.text("sizeBudget");
  if (isSize(size)) return size;
  reader.problem("sizeBudget", `not valid, got "${size}"; expected as in "500 MB" or "1 GB"`);
  return "1 GB";
}
