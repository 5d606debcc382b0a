import { createRequire } from "node:module";
import type * as ast from "dockerfile-ast";
import { expand } from "./expand.ts";
import { familiarName } from "./reference.ts";

/** What decides which images a Dockerfile names. */
export interface DockerfileContext {
  /** Build arguments, which win over the defaults of the Dockerfile's own ARG lines. */
  args: Readonly<Record<string, string>>;
  /** Names that lead elsewhere: other images of the catalogue, named contexts. */
  known: readonly string[];
  /** The platforms it is built for, as in "linux/arm64": `FROM` may depend on `$TARGETARCH`. */
  platforms: readonly string[];
  /** The stage that is built. @default the last one */
  target?: string | undefined;
}

/** An instruction of a stage, FROM being the first. */
export interface Step {
  instruction: ast.Instruction;
  /** Its text, with the comments behind it. */
  text: string;
}

/** A stage of a Dockerfile, for one platform. */
export interface Stage {
  /** In lower case, as BuildKit compares them; empty for one that has none. */
  name: string;
  /** What FROM names, variables replaced. */
  from: string;
  steps: Step[];
}

/**
 * The external images of a Dockerfile, as its FROM, `COPY --from` and `RUN --mount` name them, by their short names:
 * `debian:bookworm-slim`, `ghcr.io/acme/tool:1`; and the frontend that a line `# syntax=` names. Those with a digest
 * are not in it: they cannot change.
 */
export function externalImages(text: string, context: DockerfileContext): string[] {
  const named = context.platforms.flatMap((platform) => {
    const inside = new Set(["scratch", ...context.known]);
    return stagesOf(text, context, platform).flatMap(({ name, from, steps }) => {
      const images = [from, ...steps.flatMap(({ instruction }) => sourcesOf(instruction))]
        .map(familiarName)
        .filter((image) => ![image, image.toLowerCase()].some((each) => inside.has(each)));
      if (name) inside.add(name);
      return images;
    });
  });
  const frontend = frontendOf(text);
  const found = [...named, ...(frontend ? [familiarName(frontend)] : [])];
  return [...new Set(found)].filter((image) => image && !image.includes("@")).sort();
}

/** The image that reads a Dockerfile, as a line `# syntax=` before everything else names it. */
export function frontendOf(text: string): string | undefined {
  return FRONTEND.exec(text)?.groups?.image;
}

/** A Dockerfile whose line `# syntax=`, if it has one, names that digest, as nothing else can pin it. */
export function withFrontend(text: string, digest: string): string {
  return text.replace(FRONTEND, (line: string) => `${line}@${digest}`);
}

/** Source: BuildKit's frontend/dockerfile/parser/directives.go */
const FRONTEND =
  /^\uFEFF?(?:#![^\n]*\n)?(?<mark>#|\/\/)(?:[ \t]*(?:escape|check)[ \t]*=[^\n]*\n\k<mark>)*[ \t]*syntax[ \t]*=[ \t]*(?<image>\S+)/i;

/** The stages of a Dockerfile. */
export function stagesOf(text: string, { args, target }: DockerfileContext, platform: string): Stage[] {
  const dockerfile = parse(text);
  const globals = globalArguments(dockerfile, args, platform, target);
  const instructions = dockerfile.getInstructions();
  const lines = text.split("\n");
  const stages: Stage[] = [];
  for (const [at, instruction] of instructions.entries()) {
    if (isFrom(instruction)) {
      const from = expand(instruction.getImage() ?? "", globals);
      stages.push({ name: instruction.getBuildStage()?.toLowerCase() ?? "", from, steps: [] });
    }
    const end = instructions[at + 1]?.getRange().start.line;
    const own = lines.slice(instruction.getRange().start.line, end).join("\n");
    stages.at(-1)?.steps.push({ instruction, text: own });
  }
  return stages;
}

/** What a Dockerfile has the builds do that stand on it: the steps behind ONBUILD; empty where there are none. */
export function triggersOf(text: string, context: DockerfileContext): string {
  const steps = context.platforms.flatMap(
    (platform) => stagesOf(text, context, platform).at(-1)?.steps ?? [],
  );
  const triggers = steps.filter(({ instruction }) => instruction.getKeyword() === "ONBUILD");
  return [...new Set(triggers.map((step) => step.text.replace(/^\s*ONBUILD\s+/i, "")))].join("\n");
}

const parsed = new Map<string, ast.Dockerfile>();

/**
 * Once for each text, which recipe, user, volumes and the lock each ask for. The parser is loaded when the first one is
 * read: it takes 40 ms, which most of the CLI's verbs can do without.
 */
function parse(text: string): ast.Dockerfile {
  const known = parsed.get(text);
  if (known) return known;
  const { DockerfileParser } = createRequire(import.meta.url)("dockerfile-ast") as typeof ast;
  const made = DockerfileParser.parse(text);
  parsed.set(text, made);
  return made;
}

/** The flags of an instruction that can have some. */
export function flagsOf(instruction: ast.Instruction): ast.Flag[] {
  return "getFlags" in instruction ? (instruction as ast.ModifiableInstruction).getFlags() : [];
}

/** What COPY and RUN take files from, but for stages by their number. Variables are refused there by BuildKit. */
export function sourcesOf(instruction: ast.Instruction): string[] {
  if (isFrom(instruction)) return [];
  return flagsOf(instruction).flatMap((flag) => {
    const name = flag.getName() === "mount" ? flag.getOption("from")?.getValue() : flag.getValue();
    return name && ["from", "mount"].includes(flag.getName()) && !/^\d+$/.test(name) ? [name] : [];
  });
}

function isFrom(instruction: ast.Instruction): instruction is ast.From {
  return instruction.getKeyword() === "FROM";
}

/** The values of ARG before the first FROM, which stages may take over. */
export function globalsOf(text: string, args: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return globalArguments(parse(text), args, "");
}

/** The values that FROM sees: those of ARG before the first FROM, and those that BuildKit sets for a platform. */
function globalArguments(
  dockerfile: ast.Dockerfile,
  args: Readonly<Record<string, string>>,
  platform: string,
  target = "default",
): Map<string, string> {
  const [os = "", arch = "", variant = ""] = platform.split("/");
  const set = { PLATFORM: platform, OS: os, ARCH: arch, VARIANT: variant };
  // What the builder itself is no recipe knows, as each builds the same: taken for what it builds for.
  const values = new Map(
    Object.entries(set).flatMap(([key, value]) => [
      [`BUILD${key}`, value],
      [`TARGET${key}`, value],
    ]),
  );
  values.set("TARGETSTAGE", target);
  for (const arg of dockerfile.getInitialARGs())
    for (const property of arg.getProperties()) {
      const name = property.getName();
      const value = args[name] ?? property.getUnescapedValue();
      if (value !== null) values.set(name, name in args ? value : expand(value, values));
    }
  return values;
}
