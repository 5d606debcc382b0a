import { parseEnvFile } from "../../lib/env-file.ts";
import type { Service } from "../catalogue/service.ts";
import type { Importing, Mapping, RawEnvironment } from "./context.ts";
import type { ComposeService } from "./project.ts";
import type { Section } from "./section.ts";
import { defined, some } from "./words.ts";
import { projectPath } from "./project-path.ts";
import { isSecretName, looksSecret, sourceOf, variablesIn } from "./secrets.ts";

/** A variable of a service, and where its value comes from. */
interface Variable {
  variable: string;
  value: string;
  /** As it stands in the Compose file. */
  raw: string | undefined;
  at: string;
}

/** Variables: plain ones, files of them, and those that look secret. */
export const environment: Mapping = (service, importing, there) => {
  const raw = importing.options.raw?.services?.[there];
  const files = filesOf(service, raw?.env_file ?? [], importing, raw?.environment);
  const plain: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  for (const [variable, value] of Object.entries(service.take("environment") ?? {})) {
    const given = rawValue(raw?.environment, variable);
    const entry = { variable, value: value ?? "", raw: given, at: `${service.at}.environment.${variable}` };
    // Compose has put in what its files say.
    const inFile = files.length > 0 && raw !== undefined && given === undefined;
    if (value === null)
      service.note(
        `environment.${variable}`,
        "is left out: it is to be taken from the shell, which has none",
      );
    else if (!isSecret(entry)) {
      if (!inFile) plain[variable] = value;
    } else {
      secrets[variable] = secretFor(entry, there, importing, inFile ? files : []);
      if (inFile)
        service.note(
          `env_file.${variable}`,
          "looks secret, and is one now: the file's value is for the command that sets it, and not used otherwise",
        );
    }
  }
  return defined<Partial<Service>>({
    envFile: some(files),
    environment: Object.keys(plain).length ? plain : undefined,
    secrets: Object.keys(secrets).length ? secrets : undefined,
  });
};

/** The files with variables, as services.ts has them; none where a value in them would be another one here. */
function filesOf(
  service: Section<ComposeService>,
  files: readonly { path: string; required?: boolean }[],
  { options }: Importing,
  given: RawEnvironment | undefined,
): string[] {
  const there = files.filter(({ path, required }, index) => {
    if (required !== false || options.lookAt(path) !== "nothing") return true;
    service.note(`env_file.${index}`, "is left out: there is no such file");
    return false;
  });
  const { environment = {} } = service.value;
  const same = sameValues(
    there.map(({ path }) => path),
    options.read,
  ).filter(([variable, value]) => rawValue(given, variable) !== undefined || environment[variable] === value);
  const filed = Object.keys(environment).filter((variable) => rawValue(given, variable) === undefined);
  if (there.length && filed.every((variable) => same.some(([name]) => name === variable)))
    return there.map(({ path }) =>
      projectPath(service, `env_file.${files.findIndex((file) => file.path === path)}`, path, options),
    );
  if (there.length)
    service.note(
      "env_file",
      "is in environment now: it takes variables from the shell or .env, which files here do not",
    );
  return [];
}

/** The variables of files as Slipway reads them; none where it cannot. */
function sameValues(
  paths: readonly string[],
  read: (path: string) => string,
): [variable: string, value: string][] {
  const found = new Map<string, string>();
  try {
    for (const path of paths)
      for (const { name, value } of parseEnvFile(read(path), found)) found.set(name, value);
  } catch {
    return [];
  }
  return [...found];
}

/** The value that stands in the file for a variable: undefined where there is none, or a name alone. */
function rawValue(environment: RawEnvironment | undefined, variable: string): string | undefined {
  if (!environment) return undefined;
  if (!Array.isArray(environment)) {
    const value = environment[variable];
    if (value === undefined) return undefined;
    // A name alone is taken from the shell.
    return value === null ? `\${${variable}}` : String(value);
  }
  const line = environment.find((each) => each === variable || each.startsWith(`${variable}=`));
  if (line === undefined) return undefined;
  return line === variable ? `\${${variable}}` : line.slice(variable.length + 1);
}

function isSecret({ variable, value, raw }: Variable): boolean {
  return (
    looksSecret(variable, value) ||
    (value !== "" && variablesIn(raw ?? "").some((name) => isSecretName(name)))
  );
}

function secretFor(
  { variable, value, raw, at }: Variable,
  there: string,
  { secrets }: Importing,
  envFiles: readonly string[],
): string {
  if (envFiles.length) return secrets.add([variable, `${there}-${variable}`], { envFiles }, value);
  const [only, ...others] = variablesIn(raw ?? "");
  const alone =
    only !== undefined && !others.length && /^\$\{?[A-Za-z_]\w*([:?+-][^}]*)?\}?$/.test(raw ?? "");
  // What stands beside a variable may be the secret.
  const source = alone || !isSecretName(variable) ? sourceOf(at, raw) : { at };
  return secrets.add([alone ? only : variable, `${there}-${variable}`], source, value);
}
