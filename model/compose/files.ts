import type { Service } from "../catalogue/service.ts";
import type { ImportOptions, Importing, Mapping } from "./context.ts";
import { projectPath } from "./project-path.ts";
import type { ComposeFileUse, ComposeProject } from "./project.ts";
import type { Section } from "./section.ts";
import { type SecretSource, isSecretName, sourceOf, variablesIn } from "./secrets.ts";
import { defined, some } from "./words.ts";

type Config = NonNullable<Service["configs"]>[number];
type SecretFile = NonNullable<Service["secretFiles"]>[number];

/** Files that a container has of the project: configs, and secrets. */
export const files: Mapping = (service, importing) =>
  defined<Partial<Service>>({
    configs: some(service.sections("configs").flatMap(([, use]) => configOf(use, importing))),
    secretFiles: some(service.sections("secrets").map(([, use]) => secretFileOf(use, importing))),
  });

function configOf(use: Section<ComposeFileUse>, { project, options, secrets }: Importing): Config[] {
  const source = use.take("source");
  const { name, file, content, environment, external } = project.configs?.[source] ?? {};
  const target = use.take("target") ?? `/${source}`;
  const own = ownership(use);
  if (file !== undefined) return [{ file: projectPath(use, "", file, options), target, ...own }];
  if (environment !== undefined) {
    // Compose does not print the value, so that it may well be a secret.
    const secret = secrets.add([environment], { text: `\${${environment}}` }, undefined);
    return [{ content: `{{secret:${secret}}}`, target, ...own }];
  }
  const raw = options.raw?.configs?.[source]?.content;
  const text = content ?? "";
  if (content === undefined) {
    const where = external ? `is kept by Swarm, as ${name ?? source}` : "has no text";
    use.lose("", `${where}. Put its text into a file of the project`);
    return [];
  }
  if (!variablesIn(raw ?? "").some((name) => isSecretName(name))) return [{ content: text, target, ...own }];
  const secret = secrets.add([source], sourceOf(`configs.${source}`, raw), text);
  return [{ content: `{{secret:${secret}}}`, target, ...own }];
}

function secretFileOf(use: Section<ComposeFileUse>, { project, options, secrets }: Importing): SecretFile {
  const source = use.take("source");
  const name = secrets.add([source], sourceOfSecret(source, project, options), undefined);
  const wanted = use.take("target") ?? source;
  const target = wanted.startsWith("/") ? wanted : `/run/secrets/${wanted}`;
  return defined({
    source: name,
    target: target === `/run/secrets/${name}` ? undefined : target,
    ...ownership(use),
  });
}

/** Where the value of one of the project's secrets comes from. */
export function sourceOfSecret(
  source: string,
  project: ComposeProject,
  options: ImportOptions,
): SecretSource {
  const { name = source, file, environment, external } = project.secrets?.[source] ?? {};
  if (file !== undefined) return { file: options.inProject(file) };
  if (environment !== undefined) return { text: `\${${environment}}` };
  if (external) return { outside: `its value is kept by Swarm, as ${name}` };
  return { outside: "a driver of Compose's has its value" };
}

function ownership(use: Section<ComposeFileUse>): Pick<Config, "uid" | "gid" | "mode"> {
  const [uid, gid] = [use.take("uid"), use.take("gid")];
  const mode = use.take("mode");
  return defined({
    uid: uid === undefined ? undefined : Number(uid),
    gid: gid === undefined ? undefined : Number(gid),
    mode: mode === undefined ? undefined : octal(mode),
  });
}

/** Permissions as the catalogue has them; Compose prints them in octal with a zero before, or in decimal. */
function octal(mode: string | number): string {
  const bits =
    typeof mode === "string" && /^0o?[0-7]+$/.test(mode) ? parseInt(mode.replace("o", ""), 8) : Number(mode);
  return `0${(bits & 0o777).toString(8).padStart(3, "0")}`;
}
