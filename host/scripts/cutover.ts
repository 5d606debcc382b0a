import { scriptPath } from "./script.ts";

// Model's, because the history reads them in the state.
export { type CutoverVariables, containerIn, cutoverInput } from "../../model/rollout/cutover-variables.ts";

/** The cutover's parts and the cutover itself, in the order in which a shell reads them. */
export const CUTOVER_PARTS: readonly string[] = [
  "containers",
  "waiting",
  "lock",
  "ask-path",
  "evidence",
  "route",
  "health",
  "own-proxy",
  "job",
  "failure",
  "retention",
  "cutover",
];

/** The same as paths in the project. */
export const CUTOVER_FILES: readonly string[] = CUTOVER_PARTS.map(scriptPath);
