import { posix } from "node:path";

/**
 * The rules of a .dockerignore file, as BuildKit reads them; tests/images/ignore.test.ts compares the two. Why not by a
 * library: docs/design.md.
 */
export interface IgnoreRules {
  /** Whether a file or folder is left out: the last line that says something of it, or of a folder above, decides. */
  ignores: (path: string) => boolean;
  /** Whether what is in an ignored folder can be seen all the same. */
  negates: boolean;
}

/** Reads the text of an ignore file. */
export function parseIgnoreFile(text: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trim())
    .map((line) => ({ negated: line.startsWith("!"), pattern: clean(clean(line.replace(/^!/, ""))) }))
    .filter(({ pattern }) => pattern)
    .map(({ negated, pattern }) => ({ negated, matches: expression(pattern) }));
  return {
    ignores: (path) => {
      let ignored = false;
      for (const { negated, matches } of rules)
        if (negated === ignored && matches.test(path)) ignored = !negated;
      return ignored;
    },
    negates: rules.some(({ negated }) => negated),
  };
}

function clean(text: string): string {
  const pattern = text.trim();
  return (
    pattern &&
    posix
      .normalize(pattern)
      .replace(/(?<=.)\/$/, "")
      .replace(/^\/(?=.)/, "")
  );
}

/** Matches what the pattern matches, and all below it. */
function expression(pattern: string): RegExp {
  // As in Go's patternmatcher: at the very start, before plain text, ** goes on to the middle of a name.
  const start = /^\*\*(?=[^/])[^*?[\]\\]*$/.test(pattern) ? ".*" : "";
  const source = pattern
    .slice(start ? 2 : 0)
    .replace(/\\(.)|\*\*\/?$|\*\*\/?|\*|\?|\[\^?(?:\\.|[^\]\\])+\]|[^]/gu, (token, escaped?: string) => {
      if (escaped !== undefined) return literal(escaped);
      if (token === "*") return "[^/]*";
      if (token === "?") return "[^/]";
      if (token.startsWith("**")) return "(.*/)?";
      return token.length > 1 && token.startsWith("[") ? token : literal(token);
    })
    .replace(/\(\.\*\/\)\?$/, ".*");
  return new RegExp(`^${start}${source}(/.*)?$`, "s");
}

function literal(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
}
