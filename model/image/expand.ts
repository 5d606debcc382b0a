/**
 * Quotes, backslashes and variables of a word, as BuildKit reads them.
 * Source: https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
const PARTS =
  /'(?<literal>[^']*)'|"(?<quoted>(?:\\.|[^"\\])*)"|\\(?<escaped>.)|\$(?<plain>\w+)|\$\{(?<braced>\w+)(?:(?<operator>:?[-+?]|##?|%%?|\/\/?)(?<other>(?:\\.|[^{}\\]|\$?\{[^{}]*\})*))?\}/gs;
type Part = Partial<
  Record<"literal" | "quoted" | "escaped" | "plain" | "braced" | "operator" | "other", string>
>;

/** A word with its quotes taken away and its variables replaced. */
export function expand(word: string, values: ReadonlyMap<string, string>): string {
  return word.replace(PARTS, (...match) => {
    const { literal, quoted, escaped, plain, braced, operator = "", other = "" } = match.at(-1) as Part;
    const text = literal ?? escaped;
    if (text !== undefined) return text;
    if (quoted !== undefined) return expand(quoted, values);
    const value = values.get(plain ?? braced ?? "");
    if (/^[#%/]/.test(operator)) {
      const [, pattern = "", put = ""] = operator.startsWith("/") ? (TWO.exec(other) ?? []) : [other, other];
      // Their backslashes are the pattern's own.
      const own = (text: string) => expand(text.replaceAll("\\", "\\\\"), values);
      return cut(value ?? "", operator, own(pattern), own(put));
    }
    const isSet = operator.startsWith(":") ? Boolean(value) : value !== undefined;
    if (operator.endsWith("+")) return isSet ? expand(other, values) : "";
    return isSet || !operator.endsWith("-") ? (value ?? "") : expand(other, values);
  });
}

/** A pattern, and what is put in its place. */
const TWO = /^((?:\\.|[^\\/])*)(?:\/(.*))?$/s;

/** A value without what a pattern matches at its beginning (#) or end (%), or with something in its place (/). */
function cut(value: string, operator: string, pattern: string, put: string): string {
  if (operator.startsWith("/"))
    return value.replace(new RegExp(expression(pattern, true), operator === "//" ? "gsu" : "su"), (found) =>
      // Not once more at the end, where nothing is left.
      found === "" && value !== "" ? "" : put,
    );
  const greedy = operator.length === 2;
  if (operator.startsWith("#")) return value.replace(new RegExp(`^${expression(pattern, greedy)}`, "su"), "");
  // The shortest end is the one that begins last.
  const end = new RegExp(`^(${greedy ? ".*?" : ".*"})${expression(pattern, true)}$`, "su");
  return value.replace(end, "$1");
}

function expression(pattern: string, greedy: boolean): string {
  return pattern.replace(/\\(.)|[^]/gu, (token, escaped?: string) => {
    if (token === "*") return greedy ? ".*" : ".*?";
    if (token === "?") return ".";
    return (escaped ?? token).replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
  });
}
