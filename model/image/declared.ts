import type * as ast from "dockerfile-ast";
import { expand } from "./expand.ts";
import { type Stage, globalsOf, stagesOf } from "./dockerfile.ts";

/** Which of a Dockerfile's stages is built, and the build's arguments. @default the last one, none */
interface Built {
  target?: string | undefined;
  args?: Record<string, string> | undefined;
}

/** What a Dockerfile says of its image. */
interface Declared {
  /** The paths that it declares as volumes; those with a variable in them are left out. */
  volumes: string[];
  /** Whom the last USER that counts names; null: that depends on what no Dockerfile says; undefined: there is none. */
  user: string | null | undefined;
  /** What the lowest of its stages stands on. */
  from: string;
}

/** What a Dockerfile says of the image that is built of it. */
export function declaredBy(text: string, built: Built = {}): Declared {
  const stages = stagesBelow(text, built);
  const volumes = stages.flatMap(({ steps }) =>
    steps.flatMap(({ instruction }) => (isVolume(instruction) ? paths(instruction) : [])),
  );
  return {
    volumes: volumes.filter((path) => !path.includes("$")),
    user: userOf(stages, text, built),
    from: stages.at(-1)?.from ?? "",
  };
}

/** A stage has the variables of the one that it stands on, those of ARG too. */
function userOf(stages: readonly Stage[], text: string, { args = {} }: Built): Declared["user"] {
  const globals = globalsOf(text, args);
  const variables = { ARG: new Map<string, string>(), ENV: new Map<string, string>() };
  let user: Declared["user"];
  for (const { instruction } of stages.toReversed().flatMap(({ steps }) => steps)) {
    // ENV wins, wherever it stands.
    const values = new Map([...variables.ARG, ...variables.ENV]);
    const keyword = instruction.getKeyword();
    if (keyword === "USER") user = resolved(instruction.getArgumentsContent() ?? "", values);
    if (keyword !== "ARG" && keyword !== "ENV") continue;
    for (const property of (instruction as ast.Arg | ast.Env).getProperties()) {
      const name = property.getName();
      const given = keyword === "ARG" ? args[name] : undefined;
      const said = property.getUnescapedValue() ?? undefined;
      const value = given ?? (said === undefined ? globals.get(name) : resolved(said, values));
      if (typeof value === "string") variables[keyword].set(name, value);
      else variables[keyword].delete(name);
    }
  }
  return user;
}

/** A word with its variables replaced; null where one has a value that only the build knows. */
function resolved(word: string, values: ReadonlyMap<string, string>): string | null {
  const names = [...word.matchAll(/\$\{?(\w+)/g)].map(([, name = ""]) => name);
  return names.every((name) => values.has(name)) ? expand(word, values) : null;
}

/** The stage that is built and those that it stands on, the highest first. */
function stagesBelow(text: string, { target, args = {} }: Built): Stage[] {
  // Which platform decides only where FROM names another stage for each.
  const stages = stagesOf(text, { args, known: [], platforms: [], target }, "linux/amd64");
  const wanted = target?.toLowerCase();
  let index =
    wanted === undefined
      ? stages.length - 1
      : stages.findIndex(({ name }, at) => name === wanted || String(at) === wanted);
  const found: Stage[] = [];
  for (let stage = stages[index]; stage; stage = stages[index]) {
    found.push(stage);
    const below = stages.slice(0, index).map(({ name }) => name);
    index = below.lastIndexOf(stage.from.toLowerCase());
  }
  return found;
}

/** By the JSON itself: dockerfile-ast 0.7.1 leaves spaces out of its words. */
function paths(volume: ast.Volume): string[] {
  try {
    return JSON.parse(volume.getRawArgumentsContent() ?? "") as string[];
  } catch {
    return volume.getArguments().map((word) => word.getValue());
  }
}

function isVolume(instruction: ast.Instruction): instruction is ast.Volume {
  return instruction.getKeyword() === "VOLUME";
}
