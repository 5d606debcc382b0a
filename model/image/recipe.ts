import { readFileSync } from "node:fs";
import { isBuilt, sources } from "../catalogue/build.ts";
import type { Base, Catalogue, Service } from "../catalogue/service.ts";
import { type BuildInputs, type SourceFolder, contentHash, readSourceFolder } from "./context.ts";
import { externalImages, frontendOf, triggersOf, withFrontend } from "./dockerfile.ts";
import { originOfMade } from "./made.ts";
import { textDigest } from "../../lib/digest.ts";
import { timeOfMade } from "./times.ts";
import { type Lock, lockedDigest } from "./lock.ts";
import { inProject } from "../../lib/paths.ts";
import { inOrder } from "../../lib/toposort.ts";
import { familiarName, parseReference } from "./reference.ts";

/** What is the same for every build of a stack. */
export interface BuildSettings {
  platforms: readonly string[];
  /** URL of the sources, for the label of that name. */
  source: string | undefined;
  lock: Lock;
}

/** How an image is made, whoever makes it: everything in it follows from the content. */
export interface Recipe extends BuildInputs {
  name: string;
  entry: Service | Base;
  /** The content hash, which is the image's tag. */
  hash: string;
  /** The external images that the Dockerfile names and the lock has, by name: `docker-image://…@sha256:…`. */
  pinned: Readonly<Record<string, string>>;
  /** The time of the files that it makes, in seconds since 1970: of all that are newer when it is pushed. */
  time: number;
  /** The image of ours it stands on. */
  base: Recipe | undefined;
  /** Those the lock does not have: whatever is there at the time is built on. */
  unpinned: readonly string[];
}

/**
 * What builds are told for the present time, in seconds since 1970: 1980-01-01, which every archive format can hold.
 * The same for all, so that no step has to be done again because of it.
 */
export const BUILD_EPOCH = 315_532_800;

/**
 * How BuildKit writes an image: in OCI's media types; files that are newer with the recipe's time, which packs their
 * layers anew at each build; at gzip's level 3, which takes half the time of the default there, for 3 % more bytes.
 */
export function exportOptions({ time }: Pick<Recipe, "time">): string {
  return `oci-mediatypes=true,rewrite-timestamp=true,source-date-epoch=${time},compression-level=3`;
}

/**
 * The recipes of the images that a stack builds, or takes over from one that does, each after the one it stands on. Reads their sources.
 * A promoting stack has none of those that others stand on: they never run.
 */
export function readRecipes(
  { bases, services }: Catalogue,
  settings: BuildSettings & { images: "build" | "promote" },
): Recipe[] {
  const found = new Map<string, Recipe>();
  const needs = ({ build }: Service | Base) => (build?.base ? [build.base] : []);
  for (const entry of inOrder<Service | Base>([...bases, ...services].filter(isBuilt), needs)) {
    found.set(entry.name, readRecipe(entry, settings, found.get(entry.build?.base ?? "")));
  }
  const isBase = ({ name }: Recipe) => bases.some((base) => base.name === name);
  return [...found.values()].filter((each) => settings.images === "build" || !isBase(each));
}

/**
 * Reads the sources of a catalogue's entry.
 * @param base the recipe of the image it is built on, if that is one of ours
 */
export function readRecipe(entry: Service | Base, settings: BuildSettings, base?: Recipe): Recipe {
  const { name, build = {} } = entry;
  const { context, dockerfile } = sources(entry);
  const { target, args = {}, additionalContexts: contexts = {} } = build;
  const { lock, platforms } = settings;
  const text = build.dockerfileInline ?? readFileSync(inProject(dockerfile), "utf8");
  const names = { args, known: [...(base ? [base.name] : []), ...Object.keys(contexts)], platforms, target };
  const triggers = base ? triggersOf(base.dockerfile, { ...names, args: base.args }) : "";
  // The triggers are steps of the stage that stands on the base; which one that is does not matter here.
  const external = externalImages(triggers ? `${text}\n${triggers}` : text, names);
  const frontend = frontendOf(text);
  const frontendDigest = frontend && lockedDigest(lock, familiarName(frontend));
  const digests = external.flatMap((image) => {
    const digest = lockedDigest(lock, image);
    return digest ? [[image, digest] as const] : [];
  });
  const inputs: BuildInputs = {
    dockerfile: frontendDigest ? withFrontend(text, frontendDigest) : text,
    context: readSourceFolder(
      inProject(context),
      build.dockerfileInline === undefined ? inProject(dockerfile) : undefined,
    ),
    contexts: Object.fromEntries(
      Object.entries(contexts).map(([key, folder]) => [key, readSourceFolder(inProject(folder))]),
    ),
    bases: { ...(base && { [base.name]: base.hash }), ...Object.fromEntries(digests) },
    target,
    args,
    labels: labels(entry, settings.source),
    platforms,
  };
  const hash = contentHash(inputs);
  return {
    ...inputs,
    name,
    entry,
    hash,
    // Triggers may do anything with all that there is.
    time: timeOfMade(
      triggers ? { digest: textDigest(hash), isWhole: true } : originOfMade({ ...inputs, ...names }),
    ),
    base,
    pinned: Object.fromEntries(digests.map(([image, digest]) => [image, pinnedImage(image, digest)])),
    unpinned: external.filter((image) => !lock[image]),
  };
}

/** All folders that the build sees. */
export function sourceFolders({ context, contexts }: Recipe): SourceFolder[] {
  return [context, ...Object.values(contexts)];
}

function pinnedImage(image: string, digest: string): string {
  const { registry, repository, tag = "latest" } = parseReference(image);
  return `docker-image://${registry}/${repository}:${tag}@${digest}`;
}

/** Labels as the OCI image specification names them, from what the image holds: none changes by itself. */
function labels({ name, description, version }: Service | Base, source: string | undefined) {
  const created = new Date(BUILD_EPOCH * 1000).toISOString().replace(".000", "");
  const values = { title: name, description, version, source, created };
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value ? [[`org.opencontainers.image.${key}`, value] as const] : [],
    ),
  );
}

/** All labels of the image: also the revision, which is the content hash. */
export function imageLabels({ labels, hash }: Recipe): Record<string, string> {
  return { ...labels, "org.opencontainers.image.revision": hash };
}
