import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Secret } from "../model/catalogue/service.ts";

/** The value of each of the catalogue's secrets: the given ones as they are, the others made once and kept. */
export function secretValues(
  secrets: readonly Secret[],
  given: Readonly<Record<string, pulumi.Output<string>>>,
): Record<string, pulumi.Output<string>> {
  const made = secrets.flatMap(({ name, generate }) =>
    generate && !given[name] ? [[name, generated(name, generate)] as const] : [],
  );
  return { ...given, ...Object.fromEntries(made) };
}

function generated(name: string, length: number): pulumi.Output<string> {
  return pulumi.secret(new random.RandomPassword(name, { length, special: false }).result);
}
