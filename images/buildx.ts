import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../lib/errors.ts";
import type { Builder } from "../model/image/builders.ts";
import { BUILD_EPOCH, type Recipe, exportOptions, imageLabels } from "../model/image/recipe.ts";
import { masking } from "../lib/mask.ts";
import { run } from "../lib/run.ts";
import { withTemporaryFolder } from "../lib/temporary.ts";
import { apartFromContext, BUILDX_ADVICE, builderFlags, buildxCommand } from "./builders.ts";
import { configWithLogin } from "../registry/credentials.ts";
import type { Account } from "../registry/account.ts";
import type { RegistryFolder } from "../registry/lookup.ts";
import { registryOf } from "../model/image/reference.ts";
import { stage } from "./stage.ts";

/** How a recipe is built by hand; what comes out is the same as when the stack builds it. */
export interface BuildOptions {
  builder: Builder;
  /** The tag under which it is pushed. @default the content's hash */
  tag?: string;
  /** Where it is pushed to, as in `ghcr.io/acme`; otherwise the folder of an OCI layout, or an archive for `docker load`. */
  to: RegistryFolder | { folder: string } | { archive: string };
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
  return withTemporaryFolder(async (folder) => {
    const metadata = join(folder, "metadata.json");
    const { to } = options;
    const env =
      "registry" in to
        ? environment(folder, `${to.registry}/${recipe.name}`, to.account)
        : environment(folder);
    Object.assign(env, apartFromContext([options.builder]));
    for (const [id, value] of Object.entries(options.secrets)) env[secretVariable(id)] = value;
    const command = ["build", "--metadata-file", metadata, ...flags(recipe, options)];
    const code = await buildx(command, env, Object.values(options.secrets));
    if (code !== 0) throw new UserError(`services/${recipe.name}: the build failed, see above`);
    const result = JSON.parse(readFileSync(metadata, "utf8")) as { "containerimage.digest"?: string };
    return result["containerimage.digest"] ?? "";
  });
}

/** Joins the parts of an image, each for its platforms, under one tag: `ghcr.io/acme/web:1`. */
export async function joinImages(
  parts: readonly string[],
  image: string,
  account: Account | undefined,
): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const code = await buildx(
      ["imagetools", "create", "--tag", image, ...parts],
      environment(folder, image, account),
    );
    if (code !== 0) throw new UserError(`${image}: could not be joined, see above`);
  });
}

/** The environment for buildx, with the login for an image's registry in a configuration within the folder. */
function environment(folder: string, image = "", account?: Account): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, BUILDX_NO_DEFAULT_ATTESTATIONS: "1" };
  if (!account) return env;
  return { ...env, ...configWithLogin(mkdtempSync(join(folder, "docker-")), registryOf(image), account) };
}

function flags(
  recipe: Recipe,
  { builder, tag = recipe.hash, to, base, caches, useCache, secrets }: BuildOptions,
): string[] {
  const staged = stage(recipe);
  const pairs = (flag: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
  const output = "registry" in to ? "type=registry" : outputTo(to);
  const name = "registry" in to ? `${to.registry}/${recipe.name}` : recipe.name;
  return [
    ...builderFlags(builder.name),
    ...["--provenance", "false", "--file", staged.dockerfile, "--tag", `${name}:${tag}`],
    ...["--output", `${output},${exportOptions(recipe)}`, "--platform", builder.platforms.join()],
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

function outputTo(to: { folder: string } | { archive: string }): string {
  return "folder" in to ? `type=oci,tar=false,dest=${to.folder}` : `type=docker,dest=${to.archive}`;
}

function secretVariable(id: string): string {
  return `SLIPWAY_BUILD_SECRET_${Buffer.from(id).toString("hex")}`;
}

/** Runs buildx, all that it prints on standard error, but for secrets, and gives its exit code. */
async function buildx(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  secrets: readonly string[] = [],
): Promise<number> {
  const mask = masking(secrets);
  const masked = (line: string) => void process.stderr.write(`${mask(line)}\n`);
  // Line by line where there is something to mask; as it comes, as a terminal shows it best, where there is not.
  const stderr = secrets.length ? masked : "inherit";
  return (await run(buildxCommand(args), { env, stdout: "stderr", stderr, advice: BUILDX_ADVICE })).code;
}
