import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { UserError } from "../lib/errors.ts";
import { lastLines, start } from "../lib/run.ts";
import { commandLine } from "../lib/shell.ts";
import type { Secret } from "../model/catalogue/service.ts";
import { rememberSecret } from "../stack/secret-values.ts";
import { asRunError } from "./program/errors.ts";

/** How long a secret's command may take: it may wait for somebody's thumb. */
const COMMAND_SECONDS = 60;

/**
 * The value of each of the catalogue's secrets: the given ones as they are, those of a command as it prints them now, the
 * others made once and kept.
 * @throws pulumi.RunError with every command that gives none
 */
export async function secretValues(
  secrets: readonly Secret[],
  given: Readonly<Record<string, pulumi.Output<string>>>,
): Promise<Record<string, pulumi.Output<string>>> {
  const printed = await Promise.allSettled(
    secrets.map(async ({ name, command }) => [name, command && (await printedBy(name, command))] as const),
  );
  const failed = printed.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
  if (failed.length)
    await asRunError(Promise.reject(new UserError(failed.map(({ message }) => message).join("\n"))));
  const values = new Map(printed.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
  const own = secrets.flatMap((secret) => {
    const value = values.get(secret.name);
    if (value !== undefined) return [[secret.name, pulumi.secret(value)] as const];
    return secret.generate && !given[secret.name]
      ? [[secret.name, generated(secret, secret.generate)] as const]
      : [];
  });
  return { ...given, ...Object.fromEntries(own) };
}

/**
 * What a command prints, without the end of its last line. Nothing of that is in an error.
 * @throws UserError
 */
export async function printedBy(
  name: string,
  command: readonly string[],
  seconds = COMMAND_SECONDS,
): Promise<string> {
  const { stdin, ended, kill } = start(command);
  stdin.end();
  const timer = setTimeout(() => {
    kill("SIGKILL");
  }, seconds * 1000);
  const at = `secrets/${name}/command`;
  const outcome = await ended.finally(() => {
    clearTimeout(timer);
  });
  if (outcome.signal === "SIGKILL")
    throw new UserError(`${at}: did not end within ${seconds} s: ${commandLine(command)}`);
  if (outcome.code !== 0)
    throw new UserError(`${at}: ${commandLine(command)}: ${lastLines({ ...outcome, stdout: "" })}`);
  const value = outcome.stdout.replace(/\r?\n$/, "");
  rememberSecret(value);
  if (!value) throw new UserError(`${at}: prints nothing: ${commandLine(command)}`);
  return value;
}

function generated({ name, rotate }: Secret, length: number): pulumi.Output<string> {
  return randomText(name, length, {}, rotate);
}

/** Letters and digits at random, made once. @param rotate another number makes them anew */
export function randomText(
  name: string,
  length: number,
  options: pulumi.CustomResourceOptions = {},
  rotate?: number,
): pulumi.Output<string> {
  const keepers = rotate ? { rotate: String(rotate) } : undefined;
  return pulumi.secret(new random.RandomPassword(name, { length, special: false, keepers }, options).result);
}
