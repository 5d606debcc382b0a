import { nameFrom } from "./names.ts";

/** Where the value of a secret comes from. */
export type SecretSource =
  /** A text with variables, which a shell can put in: "${DB_PASSWORD}"; and where it stands, if it has defaults for them. */
  | { text: string; at?: string }
  /** A file, as services.ts would name it. */
  | { file: string }
  /** Files with variables, in one of which it stands under the name that a service has for it. */
  | { envFiles: readonly string[] }
  /** The place in the Compose file where it stands. */
  | { at: string }
  /** Another holder of secrets, which has to be asked. */
  | { outside: string };

/** The secrets that an import has found, by the names that they get. */
export class SecretBook {
  readonly #found = new Map<string, { source: SecretSource; value: string | undefined }>();

  /**
   * @param names for it, the best first; the first that is free, or that has the same value, is taken
   * @param value the value, which only tells whether two are the same; undefined where it is not known
   * @returns its name in the catalogue
   */
  add(names: readonly string[], source: SecretSource, value: string | undefined): string {
    const [first = "secret"] = names;
    const more = Array.from({ length: this.#found.size }, (_, index) => `${first}-${index + 2}`);
    for (const name of [...names, ...more].map(nameFrom)) {
      const found = this.#found.get(name);
      const same =
        found && found.value === value && (value !== undefined || sameSource(found.source, source));
      if (found && !same) continue;
      if (!found) this.#found.set(name, { source, value });
      return name;
    }
    return nameFrom(first);
  }

  get names(): string[] {
    return [...this.#found.keys()].sort();
  }

  /** The lines of a shell that set them, without any value. */
  get commands(): string[] {
    const all = this.names.flatMap((name) =>
      commandsFor(name, this.#found.get(name)?.source ?? { outside: "" }),
    );
    return [...new Set(all)];
  }
}

function commandsFor(name: string, source: SecretSource): string[] {
  if ("envFiles" in source)
    return source.envFiles.map((file) => `npx --no slipway secrets import ${quoted(file)}`);
  return [command(name, source)];
}

function command(name: string, source: Exclude<SecretSource, { envFiles: unknown }>): string {
  const set = `pulumi config set --secret secrets:${name}`;
  if ("text" in source) {
    const fallback = source.at === undefined ? "" : `   # a default stands at ${source.at}`;
    return `printf %s "${shellText(source.text)}" | ${set}${fallback}`;
  }
  if ("file" in source) return `${set} < ${quoted(source.file)}`;
  return `${set}   # ${"at" in source ? `its value stands at ${source.at}` : source.outside}`;
}

/** A text of a Compose file between a shell's double quotes. Defaults of variables, which may be secret, are left out. */
function shellText(text: string): string {
  const parts = text.split(/(\$\$|\$\{[A-Za-z_]\w*[^}]*\}+|\$[A-Za-z_]\w*)/);
  return parts
    .map((part, index) => {
      if (index % 2 === 0) return part.replace(/["\\`$]/g, "\\$&");
      return part === "$$" ? "\\$" : `\${${variablesIn(part)[0] ?? ""}:?}`;
    })
    .join("");
}

/** Where a value comes from that stands in a Compose file, variables and all: from them, unless what is beside them is secret. */
export function sourceOf(at: string, raw: string | undefined): SecretSource {
  const given = raw === undefined ? [] : variablesIn(raw);
  if (raw === undefined || !given.length) return { at };
  const beside = raw.replace(/\$\{[^}]*\}+|\$[A-Za-z_]\w*/g, "");
  if (looksSecret("", beside)) return { at };
  return /\$\{\w+:?-/.test(raw) ? { text: raw, at } : { text: raw };
}

function quoted(file: string): string {
  return /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
}

function sameSource(one: SecretSource, other: SecretSource): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const SECRET_NAME =
  /(passw(or)?d|passphrase|passcode|secret|token|credentials?|api_?key|private_?key|key_base|(password|pass|secret|token)_hash|(^|[_.-])(key|pass|pw|pwd|salt|auth))s?$/i;
/** Truth values, small numbers, paths, nothing. */
const NO_SECRET = /^(true|false|yes|no|on|off|none|null|\d{1,4}|\/.*|)$/i;
const URL_WITH_PASSWORD = /:\/\/[^/\s:@]*:[^/\s@]+@/;

/** Whether a variable's name says that its value is a secret, or the value itself does. */
export function looksSecret(variable: string, value: string): boolean {
  if (URL_WITH_PASSWORD.test(value)) return true;
  return isSecretName(variable) && !NO_SECRET.test(value);
}

/** Whether a variable's name says that its value is a secret. */
export function isSecretName(variable: string): boolean {
  return SECRET_NAME.test(variable) && variable !== "PWD" && !/public_?keys?$/i.test(variable);
}

/** The variables that a text of a Compose file has put in: `$NAME`, `${NAME}`, `${NAME:-default}`; `$$` is a dollar. */
export function variablesIn(text: string): string[] {
  return [...text.replaceAll("$$", "").matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = ""]) => name);
}
