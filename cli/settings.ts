import type { Catalogue } from "../model/catalogue.ts";
import type { Settings } from "../config.ts";
import { UserError } from "../model/errors.ts";
import { paths } from "./paths.ts";
import { pulumi } from "./pulumi.ts";

/**
 * The selected stack's settings and the catalogue, read and checked by the program's own reader.
 * @throws UserError with every problem of both
 */
export async function readSettings(): Promise<{ settings: Settings; catalogue: Catalogue; stack: string }> {
  const values = JSON.parse(await answer("config", "--json", "--show-secrets")) as Record<
    string,
    { value?: string; secret: boolean }
  >;
  const stack = (await answer("stack", "--show-name")).trim();
  // What the engine would tell a program; the SDK reads it when it is loaded.
  const [project = ""] =
    Object.keys(values)
      .find((key) => key.endsWith(":registry"))
      ?.split(":") ?? [];
  process.env.PULUMI_NODEJS_PROJECT = project;
  process.env.PULUMI_NODEJS_STACK = stack;
  process.env.PULUMI_CONFIG = JSON.stringify(
    Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value ?? ""])),
  );
  // Build contexts are relative to the project.
  process.chdir(paths.project);
  const { load } = await import("../config.ts");
  const declared: object = await (import(`${paths.project}/services.ts`) as Promise<object>);
  try {
    return { ...load({ ...declared }), stack };
  } catch (error) {
    // The SDK's own mark; to import it here as well would make every verb start later.
    throw error instanceof Error && "__pulumiRunError" in error ? new UserError(error.message) : error;
  }
}

async function answer(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pulumi(args);
  if (code !== 0) throw new UserError(stderr.trim().replace(/^error: /, ""));
  return stdout;
}

/** The entries with these names; all where none is named. */
export function named<T extends { name: string }>(entries: readonly T[], names: readonly string[]): T[] {
  const known = entries.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length)
    throw new UserError(`unknown service, got ${unknown.join(", ")}; expected ${known.join(", ")}`);
  return entries.filter(({ name }) => !names.length || names.includes(name));
}
