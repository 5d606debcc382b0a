import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../lib/errors.ts";
import type { Builder } from "../model/image/builders.ts";
import { BUILD_EPOCH, EXPORT, type Recipe, imageLabels } from "../model/image/recipe.ts";
import { buildxWith, noBuildx } from "./builders.ts";
import { configWithLogin } from "../registry/credentials.ts";
import type { Place } from "../registry/lookup.ts";
import { stage } from "./stage.ts";

/** How a recipe is built by hand; what comes out is the same as when the stack builds it. */
export interface BuildOptions {
  builder: Builder;
  /** The tag under which it is pushed. @default the content's hash */
  tag?: string;
  /** Where it is pushed to, as in `ghcr.io/acme`; an OCI layout in this folder otherwise. */
  to: Place | { folder: string };
  /** `docker-image://…` or `oci-layout://…` of the image it stands on, if that is one of ours. */
  base: string | undefined;
  caches: { from: readonly string[]; to: readonly string[] };
  useCache: boolean;
  /** Environment variables with the build's secrets, by id. */
  secrets: Readonly<Record<string, string>>;
}

/**
 * Runs `docker buildx build`, its progress on standard error.
 * @returns the digest
 * @throws UserError when the build fails
 */
export async function buildImage(recipe: Recipe, options: BuildOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-build-"));
  try {
    const metadata = join(folder, "metadata.json");
    const env = environment(folder, "registry" in options.to ? options.to : undefined);
    for (const [id, value] of Object.entries(options.secrets)) env[secretVariable(id)] = value;
    const code = await run(["build", "--metadata-file", metadata, ...flags(recipe, options)], env);
    if (code !== 0) throw new UserError(`services/${recipe.name}: the build failed, see above`);
    const result = JSON.parse(readFileSync(metadata, "utf8")) as { "containerimage.digest"?: string };
    return result["containerimage.digest"] ?? "";
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Puts the parts of an image, each for its platforms, under one tag. */
export async function joinImages(parts: readonly string[], tag: string, place: Place): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-build-"));
  try {
    const code = await run(["imagetools", "create", "--tag", tag, ...parts], environment(folder, place));
    if (code !== 0) throw new UserError(`${tag}: could not be joined, see above`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The environment for buildx: what the registry wants from us is in a configuration within the folder. */
function environment(folder: string, place: Place | undefined): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, BUILDX_NO_DEFAULT_ATTESTATIONS: "1" };
  if (!place?.account) return env;
  const host = place.registry.replace(/\/.*/, "");
  return { ...env, ...configWithLogin(mkdtempSync(join(folder, "docker-")), host, place.account) };
}

function flags(
  recipe: Recipe,
  { builder, tag = recipe.hash, to, base, caches, useCache, secrets }: BuildOptions,
): string[] {
  const staged = stage(recipe);
  const pairs = (flag: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
  const output = "folder" in to ? `type=oci,tar=false,dest=${to.folder}` : "type=registry";
  const name = "folder" in to ? recipe.name : `${to.registry}/${recipe.name}`;
  return [
    ...(builder.name ? ["--builder", builder.name] : []),
    ...["--provenance", "false", "--file", staged.dockerfile, "--tag", `${name}:${tag}`],
    ...["--output", `${output},${EXPORT}`, "--platform", builder.platforms.join()],
    ...(recipe.target ? ["--target", recipe.target] : []),
    ...(useCache ? [] : ["--no-cache"]),
    ...pairs("--build-arg", { ...recipe.args, SOURCE_DATE_EPOCH: String(BUILD_EPOCH) }),
    ...pairs("--label", imageLabels(recipe)),
    ...pairs("--build-context", {
      ...recipe.pinned,
      ...staged.contexts,
      ...(base && recipe.base && { [recipe.base.name]: base }),
    }),
    ...(useCache ? caches.from.flatMap((place) => ["--cache-from", place]) : []),
    ...caches.to.flatMap((place) => ["--cache-to", place]),
    ...Object.keys(secrets).flatMap((id) => ["--secret", `id=${id},env=${secretVariable(id)}`]),
    staged.context,
  ];
}

function secretVariable(id: string): string {
  return `SLIPWAY_BUILD_SECRET_${Buffer.from(id).toString("hex")}`;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program, ...words] = buildxWith(args);
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env, stdio: ["ignore", 2, 2] });
    child.on("error", () => {
      reject(noBuildx());
    });
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  });
}
