/** A line that cannot be read, counted from 1. */
export class LineError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** A variable of a file, and the line that it stands in. */
export interface FileVariable {
  name: string;
  value: string;
  line: number;
}

/** `export`, a name and what is behind it: a value begins on the same line. */
const NAME = /(?:export[^\S\n]+)?([\p{L}\p{N}_.[\]-]+)[^\S\n]*([=:])?[^\S\n]*/uy;
/** A quoted value: what is behind a backslash does not end it. */
const QUOTED = /(["'])((?:\\[^]|(?!\1)[^\\])*)\1/y;
const UNQUOTED = /[^\n]*/y;
const BLANK = /(?:\s|#[^\n]*(?=\n|$))*/y;

/**
 * The variables of a text in the syntax of Compose's env_file: `NAME=value`, also with `export` before it; comments; values
 * in single quotes as they stand, in double quotes with escapes, both over several lines; `$NAME` and `${NAME:-default}` of
 * variables above, but in single quotes. Held to `docker compose config` by tests/conformance/env-file.test.ts, with two exceptions:
 * where Compose takes a name without "=" or a variable that stands nowhere above from its own environment, or nothing,
 * this fails.
 * Source: https://github.com/compose-spec/compose-go/tree/v2.9.1/dotenv
 * @param known what `$NAME` may stand for besides
 * @throws LineError
 */
export function parseEnvFile(text: string, known: ReadonlyMap<string, string> = new Map()): FileVariable[] {
  const found: FileVariable[] = [];
  const valueOf = (name: string) =>
    known.get(name) ?? found.findLast((variable) => variable.name === name)?.value;
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    at += match?.[0].length ?? 0;
    return match;
  };
  for (take(BLANK); at < text.length; take(BLANK)) {
    const line = text.slice(0, at).split("\n").length;
    const [, name = "", sign] = take(NAME) ?? [];
    if (!name || (sign === undefined && !/^(\n|$)/.test(text.slice(at))))
      throw new LineError(line, "is no variable; expected NAME=value");
    if (sign === undefined)
      throw new LineError(
        line,
        `${name} has no value, and none is taken from the shell; expected ${name}=value`,
      );
    const value = valueAt(text[at], line);
    found.push({ name, value, line });
  }
  return found;

  function valueAt(first: string | undefined, line: number): string {
    if (first !== '"' && first !== "'") {
      const [plain = ""] = take(UNQUOTED) ?? [];
      return expand(plain.split(" #")[0]?.trimEnd() ?? "", valueOf, line);
    }
    const [, quote, inside = ""] = take(QUOTED) ?? [];
    if (!quote) throw new LineError(line, `a value begins with ${first} and does not end with it`);
    const value = inside.replace(/\\([^])/g, (pair, char: string) => (char === quote ? char : pair));
    return quote === "'" ? value : expand(unescaped(value), valueOf, line);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: "\u0007", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", '"': '"', "\\": "\\" },
  // What stands for itself where variables are expanded.
  $: "$$",
};

/**
 * A value in double quotes with what its escapes stand for: those of one letter, and `\0` before three octal digits. Of
 * another `\0` the 0 is left out, as Compose does.
 */
function unescaped(value: string): string {
  return value.replace(/\\(?:([abfnrtv$"\\])|0(\d{0,3}))/g, (_, letter: string | undefined, digits = "") => {
    if (letter !== undefined) return ESCAPES[letter] ?? letter;
    return /^[0-3][0-7]{2}$/.test(digits as string)
      ? String.fromCharCode(parseInt(digits as string, 8))
      : `\\${digits as string}`;
  });
}

/** `$$`, `$NAME` or the beginning of `${NAME}`, with what is between name and brace. */
const REFERENCE = /\$(?:\$|([a-z_]\w*)|\{([a-z_]\w*)?(:?[-+?])?)/i;

/**
 * A text with the values of variables in place of their names.
 * @throws LineError where there is no such variable
 */
function expand(text: string, valueOf: (name: string) => string | undefined, line: number): string {
  const match = REFERENCE.exec(text);
  if (!match) return text;
  const [whole, plain, braced, sign = ""] = match;
  const before = text.slice(0, match.index);
  const behind = text.slice(match.index + whole.length);
  const and = (value: string, rest: string) => before + value + expand(rest, valueOf, line);
  if (whole === "$$") return and("$", behind);
  const name = plain ?? braced;
  const end = plain === undefined ? closing(behind) : 0;
  if (name === undefined || end === undefined || (!sign && plain === undefined && end !== 0))
    throw new LineError(line, 'has a "${" that begins no variable; expected ${NAME}, or $$ for a "$"');
  const rest = plain === undefined ? behind.slice(end + 1) : behind;
  const value = valueOf(name);
  const isThere = value !== undefined && !(sign.startsWith(":") && value === "");
  const word = () => expand(behind.slice(0, end), valueOf, line);
  if (sign.endsWith("+")) return and(isThere ? word() : "", rest);
  if (isThere || (value !== undefined && !sign)) return and(value, rest);
  if (sign.endsWith("-")) return and(word(), rest);
  const why = sign ? `: ${word()}` : "";
  throw new LineError(line, `$${name} has no value above${why}. Give it one, or write it in single quotes`);
}

/** Where the brace is that ends a reference, whose own braces come in pairs; nowhere where the line ends before. */
function closing(text: string): number | undefined {
  let open = 1;
  for (const { 0: char, index } of text.matchAll(/[{}\n]/g)) {
    if (char === "\n") return undefined;
    open += char === "{" ? 1 : -1;
    if (!open) return index;
  }
  return undefined;
}
