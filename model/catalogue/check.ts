import { buildProblems } from "./build.ts";
import { fileProblems } from "./files.ts";
import { deviceProblems } from "./devices.ts";
import { healthProblems } from "./health.ts";
import { httpProblems } from "./http.ts";
import { nameProblems } from "./names.ts";
import { dependencyProblems } from "./dependencies.ts";
import { networkModeProblems } from "./network-mode.ts";
import { networkProblems } from "./networks.ts";
import { restartProblems } from "./restart.ts";
import { portProblems } from "./ports.ts";
import { processProblems } from "./process.ts";
import { resourceProblems } from "./resources.ts";
import { securityProblems } from "./security.ts";
import { rolloutProblems } from "./rollout.ts";
import { UserError } from "../../lib/errors.ts";
import { schemaText } from "../../lib/schema-text.ts";
import { schemaProblems } from "./schema-problems.ts";
import { secretProblems } from "./secrets.ts";
import { type Catalogue, catalogueSchema } from "./service.ts";
import type { Check, StackContext } from "./stack-context.ts";
import { stockProblems } from "./stock.ts";
import { twiceProblems } from "./twice.ts";
import { volumeProblems } from "./volumes.ts";

/** The checks of every topic, in the order in which their problems are shown. */
const CHECKS: readonly Check[] = [
  nameProblems,
  rolloutProblems,
  secretProblems,
  twiceProblems,
  stockProblems,
  buildProblems,
  portProblems,
  networkProblems,
  networkModeProblems,
  dependencyProblems,
  restartProblems,
  volumeProblems,
  fileProblems,
  processProblems,
  resourceProblems,
  securityProblems,
  deviceProblems,
  healthProblems,
  httpProblems,
];

/**
 * Checks what services.ts says: each entry by itself, then all of them against each other, the folder and the stack.
 * @returns the catalogue, or every problem at once, each as in {@link Check}
 */
export function readCatalogue(
  declared: unknown,
  stack: StackContext,
): { catalogue: Catalogue } | { problems: string[] } {
  const parsed = catalogueSchema.safeParse(declared, { error: schemaText });
  if (!parsed.success) return { problems: schemaProblems(parsed.error.issues, declared) };
  const problems = CHECKS.flatMap((check) => check(parsed.data, stack));
  return problems.length ? { problems } : { catalogue: parsed.data };
}

/**
 * The catalogue as its schema has it, without the checks against a stack.
 * @throws UserError with every problem, one a line
 */
export function parseCatalogue(declared: unknown): Catalogue {
  const parsed = catalogueSchema.safeParse(declared, { error: schemaText });
  if (parsed.success) return parsed.data;
  throw new UserError(schemaProblems(parsed.error.issues, declared).join("\n"));
}
