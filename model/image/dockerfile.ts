import { familiarName } from "./reference.ts";

/**
 * The images a Dockerfile takes from elsewhere, as its FROM, `COPY --from` and `RUN --mount` name them, short:
 * `debian:bookworm-slim`, `ghcr.io/acme/tool:1`. Those with a digest are not in it: they cannot change.
 * @param args build arguments, which win over the defaults of the Dockerfile's own ARG lines
 * @param known names that lead elsewhere: other images of the catalogue, named contexts
 */
export function outsideImages(
  text: string,
  args: Readonly<Record<string, string>>,
  known: readonly string[],
): string[] {
  const values = new Map<string, string>();
  const inside = new Set(["scratch", ...known]);
  const found = new Set<string>();
  const take = (written: string) => {
    const name = expand(written, values);
    if (inside.has(name) || /^\d*$/.test(name) || name.includes("@")) return;
    found.add(familiarName(name));
  };
  let beforeFirstFrom = true;
  for (const { instruction, words } of instructions(text)) {
    const [first = ""] = words.filter((word) => !word.startsWith("--"));
    if (instruction === "ARG" && beforeFirstFrom) {
      for (const word of words) {
        const [name = "", ...value] = word.split("=");
        values.set(name, args[name] ?? expand(value.join("=").replace(/^(["'])(.*)\1$/, "$2"), values));
      }
    } else if (instruction === "FROM") {
      beforeFirstFrom = false;
      take(first);
      const stage = /\sAS\s+(\S+)$/i.exec(words.join(" "))?.[1];
      if (stage) inside.add(stage);
    } else {
      for (const word of words) {
        const source = /^--from=(.+)/.exec(word)?.[1] ?? /^--mount=(?:.*,)?from=([^,]+)/.exec(word)?.[1];
        if (source) take(source);
      }
    }
  }
  return [...found].sort();
}

/** The lines of a Dockerfile, continued ones joined, comments and the bodies of here-documents left out. */
function instructions(text: string): { instruction: string; words: string[] }[] {
  const found: { instruction: string; words: string[] }[] = [];
  let continued = "";
  let until: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (until !== undefined) {
      if (line.trim() === until) until = undefined;
      continue;
    }
    if (/^\s*(#|$)/.test(line)) continue;
    continued += line.replace(/\\\s*$/, " ");
    if (/\\\s*$/.test(line)) continue;
    const [instruction = "", ...words] = continued.trim().split(/\s+/);
    continued = "";
    found.push({ instruction: instruction.toUpperCase(), words });
    if (/^(RUN|COPY|ADD)$/i.test(instruction)) until = /<<-?["']?(\w+)["']?/.exec(words.join(" "))?.[1];
  }
  return found;
}

function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g,
    (_, plain?: string, braced?: string, or?: string) => {
      const value = values.get(plain ?? braced ?? "");
      return value === undefined || value === "" ? (or ?? "") : value;
    },
  );
}
