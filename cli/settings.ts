import type { Catalogue, Service } from "../model/catalogue.ts";
import type { Settings } from "../config.ts";
import { UserError } from "../model/errors.ts";
import type { PinsFile } from "../model/pins.ts";
import { paths } from "./paths.ts";
import { answer, selectedStack } from "../stack/pulumi.ts";

interface Read {
  settings: Settings;
  /** As it is to be: with pinned entries. */
  catalogue: Catalogue;
  pins: PinsFile;
  /** What services.ts says. */
  declared: { services: Service[] };
  stack: string;
}

/**
 * The selected stack's settings and the catalogue, read and checked by the program's own reader.
 * @param pinned @default what the stack's pins file says
 * @throws UserError with every problem of both
 */
export async function readSettings(pinned?: PinsFile): Promise<Read> {
  const values = JSON.parse(await answer("config", "--json", "--show-secrets")) as Record<
    string,
    { value?: string; secret: boolean }
  >;
  const stack = await selectedStack();
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
  const declared = await (import(`${paths.project}/services.ts`) as Promise<Read["declared"]>);
  try {
    return { ...load({ ...declared }, pinned), declared, stack };
  } catch (error) {
    // The SDK's own mark; to import it here as well would make every verb start later.
    throw error instanceof Error && "__pulumiRunError" in error ? new UserError(error.message) : error;
  }
}

/** The entries with these names; all where none is named. */
export function named<T extends { name: string }>(entries: readonly T[], names: readonly string[]): T[] {
  const known = entries.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length)
    throw new UserError(`unknown service, got ${unknown.join(", ")}; expected ${known.join(", ")}`);
  return entries.filter(({ name }) => !names.length || names.includes(name));
}
