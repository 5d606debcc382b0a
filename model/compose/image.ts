import type { Service } from "../catalogue/service.ts";
import type { ImportOptions, Importing, Mapping } from "./context.ts";
import { sourceOfSecret } from "./files.ts";
import { nameFrom } from "./names.ts";
import { projectPath } from "./project-path.ts";
import type { ComposeBuild, ComposeService } from "./project.ts";
import type { Section } from "./section.ts";
import { defined } from "./words.ts";

/** What a container is made of: a stock image, or what is built. */
export const image: Mapping = (service, importing, there) => {
  const name = service.take("image");
  const platform = service.take("platform");
  const build = service.section("build");
  if (service.value.pull_policy)
    service.note(
      "pull_policy",
      "has no effect: what runs is the digest that slipway lock or the build has found",
    );
  if (!build) return defined<Partial<Service>>({ image: name, platform });
  if (name) service.note("image", "is left out: an image that is built is named by its content");
  if (platform) service.note("platform", "is a setting of the stack: pulumi config set platforms …");
  // What Compose runs is not closed.
  return defined<Partial<Service>>({ build: builtOf(build, importing, there), hardened: false });
};

type Build = NonNullable<Service["build"]>;

function builtOf(build: Section<ComposeBuild>, importing: Importing, there: string): Build | undefined {
  const { options, names } = importing;
  const context = folderOf(build, "context", build.take("context"), options);
  const dockerfileInline = build.take("dockerfile_inline");
  const dockerfile = build.take("dockerfile");
  if (dockerfileInline !== undefined && dockerfile !== undefined && dockerfile !== "Dockerfile")
    build.note("dockerfile", "has no effect beside dockerfile_inline");
  const args: Record<string, string> = {};
  for (const [key, value] of Object.entries(build.take("args") ?? {}))
    if (value === null)
      build.note(`args.${key}`, "is left out: it is to be taken from the shell, which has none");
    else args[key] = value;
  const made = defined<Build>({
    context: context === `services/${names.services.of(there)}` ? undefined : context,
    dockerfile: dockerfile === "Dockerfile" || dockerfileInline !== undefined ? undefined : dockerfile,
    dockerfileInline,
    target: build.take("target"),
    args: Object.keys(args).length ? args : undefined,
    additionalContexts: contextsOf(build, options),
    secrets: secretsOf(build, importing),
  });
  return Object.keys(made).length ? made : undefined;
}

/** A folder of this machine; a repository, which only Compose fetches, is lost. */
function folderOf(
  build: Section<ComposeBuild>,
  key: string,
  path: string | undefined,
  options: ImportOptions,
): string | undefined {
  if (path === undefined) return undefined;
  if (path.startsWith("/")) return projectPath(build, key, path, options);
  build.lose(key, `is no folder, got "${path}". Check it out into one`);
  return undefined;
}

function contextsOf(build: Section<ComposeBuild>, options: ImportOptions): Build["additionalContexts"] {
  const folders = Object.entries(build.take("additional_contexts") ?? {}).flatMap(([name, path]) => {
    if (nameFrom(name) !== name) {
      build.lose(
        `additional_contexts.${name}`,
        "has no name that Slipway takes. Rename it here and in the Dockerfile",
      );
      return [];
    }
    const folder = folderOf(build, `additional_contexts.${name}`, path, options);
    return folder === undefined ? [] : [[name, folder] as const];
  });
  return folders.length ? Object.fromEntries(folders) : undefined;
}

function secretsOf(build: Section<ComposeBuild>, { project, options, secrets }: Importing): Build["secrets"] {
  const ids = build.sections("secrets").map(([, use]) => {
    const source = use.take("source");
    // uid, gid and mode are remarked on: BuildKit's mounts in the Dockerfile say them.
    return [
      use.take("target")?.replace(/^.*\//, "") ?? source,
      secrets.add([source], sourceOfSecret(source, project, options), undefined),
    ] as const;
  });
  return ids.length ? Object.fromEntries(ids) : undefined;
}

/** Whether a service has anything that a container can be made of. */
export function hasImage({ value }: Section<ComposeService>): boolean {
  return value.image !== undefined || value.build !== undefined;
}
