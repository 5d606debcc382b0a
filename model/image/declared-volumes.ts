import type * as ast from "dockerfile-ast";
import { stagesOf } from "./dockerfile.ts";

/**
 * The paths that the image of a Dockerfile declares as volumes, and what the lowest of its stages stands on. Paths with a
 * variable in them are left out.
 * @param build the stage that is built, and the build's arguments. @default the last one, none
 */
export function declaredVolumes(
  text: string,
  { target, args = {} }: { target?: string | undefined; args?: Record<string, string> | undefined } = {},
): { volumes: string[]; from: string } {
  // Which platform decides only where FROM names another stage for each.
  const stages = stagesOf(text, { args, known: [], platforms: [], target }, "linux/amd64");
  const wanted = target?.toLowerCase();
  let index =
    wanted === undefined
      ? stages.length - 1
      : stages.findIndex(({ name }, at) => name === wanted || String(at) === wanted);
  const volumes: string[] = [];
  let from = "";
  for (let stage = stages[index]; stage; stage = stages[index]) {
    volumes.push(
      ...stage.steps.flatMap(({ instruction }) => (isVolume(instruction) ? paths(instruction) : [])),
    );
    from = stage.from;
    const below = stages.slice(0, index).map(({ name }) => name);
    index = below.lastIndexOf(from.toLowerCase());
  }
  return { volumes: volumes.filter((path) => !path.includes("$")), from };
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
