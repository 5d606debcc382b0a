import type * as ast from "dockerfile-ast";
import { type Stage, stagesOf } from "./dockerfile.ts";

/** Which of a Dockerfile's stages is built, and the build's arguments. @default the last one, none */
interface Built {
  target?: string | undefined;
  args?: Record<string, string> | undefined;
}

/**
 * The paths that the image of a Dockerfile declares as volumes, and what the lowest of its stages stands on. Paths with a
 * variable in them are left out.
 */
export function declaredVolumes(text: string, built: Built = {}): { volumes: string[]; from: string } {
  const stages = stagesBelow(text, built);
  const volumes = stages.flatMap(({ steps }) =>
    steps.flatMap(({ instruction }) => (isVolume(instruction) ? paths(instruction) : [])),
  );
  return { volumes: volumes.filter((path) => !path.includes("$")), from: stages.at(-1)?.from ?? "" };
}

/** Whom the last USER that counts for the image of a Dockerfile names, if one does; and what the lowest of its stages stands on. */
export function declaredUser(text: string, built: Built = {}): { user: string | undefined; from: string } {
  const stages = stagesBelow(text, built);
  const users = stages.flatMap(({ steps }) =>
    steps.filter(({ instruction }) => instruction.getKeyword() === "USER").slice(-1),
  );
  return { user: users[0]?.instruction.getArgumentsContent() ?? undefined, from: stages.at(-1)?.from ?? "" };
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
