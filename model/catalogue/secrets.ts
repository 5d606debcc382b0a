import * as z from "zod";
import { unknownName } from "./names.ts";
import type { Check } from "./stack-context.ts";
import { command, name, wholeNumber } from "./values.ts";

/** A value that nobody may read, by name. */
export const secret = z.strictObject({
  /** The name by which services refer to it. */
  name,
  /** Made once, at random, with this many characters, 16 to 128. @default given: `pulumi config set --secret secrets:<name>` */
  generate: wholeNumber(16, 128).optional(),
  /** Of one that is generated: another number makes it anew, and rolls who has it. @default 0 */
  rotate: wholeNumber(0).optional(),
  /**
   * What prints its value, in place of `generate`: a program on PATH of who deploys and its arguments, as in
   * ["op", "read", "op://fleet/db/password"]. It is run by each update and preview, for 60 seconds at most.
   */
  command: command.optional(),
});

/** Secrets that do not exist, or have no value. */
export const secretProblems: Check = (catalogue, { secretsGiven }) => {
  const names = catalogue.secrets.map(({ name }) => name);
  return [
    ...catalogue.services.flatMap(({ name, secrets = {} }) =>
      Object.entries(secrets).flatMap(([variable, secret]) =>
        unknownName(`services/${name}/secrets/${variable}`, "secret", secret, names),
      ),
    ),
    ...catalogue.secrets
      .filter(({ name, generate, command }) => !generate && !command && !secretsGiven.includes(name))
      .map(({ name }) => `secrets/${name}: has no value. Run: pulumi config set --secret secrets:${name}`),
    ...catalogue.secrets.flatMap(({ name, generate, rotate, command }) => [
      ...(generate && command
        ? [`secrets/${name}: has both "generate" and "command". Leave one of them out`]
        : []),
      ...(rotate !== undefined && !generate
        ? [
            `secrets/${name}/rotate: is for a secret with "generate". Leave it out, or let Slipway make the secret`,
          ]
        : []),
    ]),
  ];
};
