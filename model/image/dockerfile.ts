import { createRequire } from "node:module";
import type * as ast from "dockerfile-ast";
import { familiarName } from "./reference.ts";

/** What decides which images a Dockerfile names. */
export interface DockerfileContext {
  /** Build arguments, which win over the defaults of the Dockerfile's own ARG lines. */
  args: Readonly<Record<string, string>>;
  /** Names that lead elsewhere: other images of the catalogue, named contexts. */
  known: readonly string[];
  /** The platforms it is built for, as in "linux/arm64": `FROM` may depend on `$TARGETARCH`. */
  platforms: readonly string[];
}

/**
 * The external images of a Dockerfile, as its FROM, `COPY --from` and `RUN --mount` name them, by their short names:
 * `debian:bookworm-slim`, `ghcr.io/acme/tool:1`. Those with a digest are not in it: they cannot change. Nor is the
 * frontend that a line `# syntax=` names, because nothing but that line itself can pin it.
 */
export function externalImages(text: string, { args, known, platforms }: DockerfileContext): string[] {
  const dockerfile = parse(text);
  const found = platforms.flatMap((platform) => {
    const globals = globalArguments(dockerfile, args, platform);
    const inside = new Set(["scratch", ...known]);
    return dockerfile.getInstructions().flatMap((instruction) => {
      const images = namedImages(instruction, globals)
        .map(familiarName)
        .filter(
          (name) =>
            name && ![name, name.toLowerCase()].some((each) => inside.has(each)) && !name.includes("@"),
        );
      const stage = isFrom(instruction) && instruction.getBuildStage();
      if (stage) inside.add(stage.toLowerCase());
      return images;
    });
  });
  return [...new Set(found)].sort();
}

/** Loaded when the first Dockerfile is read: it takes 40 ms, which most of the CLI's verbs can do without. */
function parse(text: string): ast.Dockerfile {
  const { DockerfileParser } = createRequire(import.meta.url)("dockerfile-ast") as typeof ast;
  return DockerfileParser.parse(text);
}

/** What an instruction names as an image or a stage. Variables count in FROM only: BuildKit refuses them elsewhere. */
function namedImages(instruction: ast.Instruction, globals: ReadonlyMap<string, string>): string[] {
  if (isFrom(instruction)) return [expand(instruction.getImage() ?? "", globals)];
  if (!("getFlags" in instruction)) return [];
  return (instruction as ast.ModifiableInstruction).getFlags().flatMap((flag) => {
    const name = flag.getName() === "mount" ? flag.getOption("from")?.getValue() : flag.getValue();
    // A number is a stage.
    return name && ["from", "mount"].includes(flag.getName()) && !/^\d+$/.test(name) ? [name] : [];
  });
}

function isFrom(instruction: ast.Instruction): instruction is ast.From {
  return instruction.getKeyword() === "FROM";
}

/** The values that FROM sees: those of ARG before the first FROM, and those that BuildKit sets for a platform. */
function globalArguments(
  dockerfile: ast.Dockerfile,
  args: Readonly<Record<string, string>>,
  platform: string,
): Map<string, string> {
  const [os = "", arch = "", variant = ""] = platform.split("/");
  const values = new Map(
    Object.entries({ TARGETPLATFORM: platform, TARGETOS: os, TARGETARCH: arch, TARGETVARIANT: variant }),
  );
  for (const arg of dockerfile.getInitialARGs())
    for (const property of arg.getProperties()) {
      const name = property.getName();
      const value = args[name] ?? property.getUnescapedValue();
      if (value !== null) values.set(name, name in args ? value : expand(value, values));
    }
  return values;
}

/** Quotes, backslashes and variables of a word, as BuildKit reads them, but for patterns as in `${A#x}`. */
const PARTS =
  /'(?<literal>[^']*)'|"(?<quoted>(?:\\.|[^"\\])*)"|\\(?<escaped>.)|\$(?<plain>\w+)|\$\{(?<braced>\w+)(?:(?<operator>:?[-+])(?<other>(?:[^{}]|\{[^{}]*\})*))?\}/g;
type Part = Partial<
  Record<"literal" | "quoted" | "escaped" | "plain" | "braced" | "operator" | "other", string>
>;

function expand(word: string, values: ReadonlyMap<string, string>): string {
  return word.replace(PARTS, (...match) => {
    const { literal, quoted, escaped, plain, braced, operator = "", other = "" } = match.at(-1) as Part;
    const text = literal ?? escaped;
    if (text !== undefined) return text;
    if (quoted !== undefined) return expand(quoted, values);
    const value = values.get(plain ?? braced ?? "");
    const isSet = operator.startsWith(":") ? Boolean(value) : value !== undefined;
    if (operator.endsWith("+")) return isSet ? expand(other, values) : "";
    return isSet || !operator ? (value ?? "") : expand(other, values);
  });
}
