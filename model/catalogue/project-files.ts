import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LineError, parseEnvFile } from "../../lib/env-file.ts";
import { UserError } from "../../lib/errors.ts";
import type { Declared } from "./declared.ts";
import type { Service } from "./service.ts";

/** Largest file that a container is given, in bytes: Docker's own bound for configs. Source: https://docs.docker.com/engine/swarm/configs/ */
export const LARGEST_FILE = 500_000;

/** What services.ts says, with what its files say in their place. */
export interface WithProjectFiles {
  declared: Declared;
  /** Each as `services/<name>/<field>: problem`. */
  problems: string[];
  /** Which variables an entry has from a file. */
  notes: string[];
  /** What is better done otherwise. */
  advice: string[];
}

/** Names of variables whose values are mostly secret. */
const SECRET_NAME =
  /(^|[_.])(PASSWORD|PASSWD|PASS|SECRET|TOKEN|(API|PRIVATE|ACCESS|SECRET)_?KEY|CREDENTIALS?)([_.]|$)/i;

/**
 * Puts what the project's files say in the place of their names, so that whatever keeps an entry, as the state and a pin
 * do, keeps what it said then: `environment` for `envFile`, and `content` for the `file` of a config. What no schema would
 * take is left to that.
 * @param folder of the project
 */
export function withProjectFiles(declared: Declared, folder: string): WithProjectFiles {
  const found: Omit<WithProjectFiles, "declared"> = { problems: [], notes: [], advice: [] };
  const services = Array.isArray(declared.services)
    ? declared.services.map((service) => withFilesOf(service, folder, found))
    : declared.services;
  return { declared: { ...declared, services }, ...found };
}

type Found = Omit<WithProjectFiles, "declared">;

function withFilesOf(entry: unknown, folder: string, found: Found): Service {
  const service = entry as Service;
  if (Object(entry) !== entry) return service;
  const { envFile, ...others } = service;
  const filled = isTexts(envFile) ? { ...others, ...variables(service, envFile, folder, found) } : service;
  const { configs } = filled;
  if (!Array.isArray(configs)) return filled;
  return {
    ...filled,
    configs: configs.map((config, index) => withContent(service, config, index, folder, found)),
  };
}

function isTexts(list: unknown): list is string[] {
  return Array.isArray(list) && list.every((one) => typeof one === "string");
}

/** The entry's variables: those of a later file count more, those of `environment` and `secrets` most. */
function variables(
  { name, environment = {}, secrets }: Service,
  envFile: readonly string[],
  folder: string,
  { problems, notes, advice }: Found,
): Pick<Service, "environment"> {
  const read = new Map<string, string>();
  const isSecret = (variable: string) => Object.hasOwn(Object(secrets) as object, variable);
  for (const [index, file] of envFile.entries()) {
    const at = `services/${name}/envFile/${index}`;
    try {
      const known = new Map([...read, ...Object.entries(environment)]);
      const own = parseEnvFile(readText(join(folder, file)), known);
      for (const { name: variable, value } of own) read.set(variable, value);
      const names = [...new Set(own.map((variable) => variable.name))];
      notes.push(`${name}: ${file} has ${names.join(", ") || "no variables"}`);
      for (const { name: variable, value, line } of own)
        if (value && SECRET_NAME.test(variable) && !isSecret(variable))
          advice.push(
            `${at}: ${file}, line ${line}: ${variable} looks like a secret, and everybody can read it in the state. Put it ` +
              `into "secrets": npx --no slipway secrets import ${file}`,
          );
    } catch (error) {
      problems.push(`${at}: ${whyOf(error, file)}`);
    }
  }
  const plain = [...read].filter(([variable]) => !isSecret(variable));
  return { environment: { ...Object.fromEntries(plain), ...environment } };
}

function withContent(
  { name }: Service,
  config: NonNullable<Service["configs"]>[number],
  index: number,
  folder: string,
  { problems }: Found,
) {
  const { file, ...rest } = Object(config) as typeof config;
  if (typeof file !== "string" || rest.content !== undefined) return config;
  try {
    return { ...rest, content: readText(join(folder, file)) };
  } catch (error) {
    problems.push(`services/${name}/configs/${index}/file: ${whyOf(error, file)}`);
    return config;
  }
}

/** A file that must be text. */
function readText(path: string): string {
  const bytes = readFileSync(path);
  if (bytes.length > LARGEST_FILE)
    throw new UserError(`is too large, got ${bytes.length} bytes; expected ${LARGEST_FILE} or less`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UserError("is no text in UTF-8. COPY it in the Dockerfile, or mount it");
  }
}

function whyOf(error: unknown, file: string): string {
  if (error instanceof LineError) return `${file}, line ${error.line}: ${error.message}`;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return `no such file in the project's folder, got "${file}"`;
  return `${file}: ${code ?? message}`;
}
