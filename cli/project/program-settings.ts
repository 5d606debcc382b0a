import type { Catalogue, Service } from "../../model/catalogue/service.ts";
import type * as Config from "../../settings/load.ts";
import { UserError } from "../../lib/errors.ts";
import type { PinsFile } from "../../model/history/pins.ts";
import { paths } from "../../lib/paths.ts";
import { answer, selectedStack } from "../../stack/pulumi.ts";

interface Read {
  settings: Config.Settings;
  /** As it is to be: with pinned entries. */
  catalogue: Catalogue;
  pins: PinsFile;
  /** What services.ts says. */
  declared: { services: Service[] };
  stack: string;
}

type Program = Pick<Read, "declared" | "stack"> & { load: typeof Config.load };

/**
 * The selected stack's settings and the catalogue, read and checked by the program's own reader.
 * @param pinned @default what the stack's pins file says
 * @throws UserError with every problem of both
 */
export async function readSettings(pinned?: PinsFile): Promise<Read> {
  const { load, declared, stack } = await loadProgram();
  try {
    return { ...load({ ...declared }, pinned), declared, stack };
  } catch (error) {
    // The SDK's own mark; to import it here as well would make every verb start later.
    throw error instanceof Error && "__pulumiRunError" in error ? new UserError(error.message) : error;
  }
}

/**
 * Loads the program's own reader, and tells it what the engine would. It takes a while, once, so who needs it later may
 * begin with it.
 */
export function loadProgram(): Promise<Program> {
  return (loading ??= (async () => {
    // Build contexts are relative to the project.
    process.chdir(paths.project);
    const [config, stack, { runtime }, { load }, declared] = await Promise.all([
      answer("config", "--json", "--show-secrets"),
      selectedStack(),
      import("@pulumi/pulumi"),
      import("../../settings/load.ts"),
      import(`${paths.project}/services.ts`) as Promise<Read["declared"]>,
    ]);
    const values = Object.entries(JSON.parse(config) as Record<string, { value?: string }>);
    const [project = ""] = values.find(([key]) => key.endsWith(":registry"))?.[0].split(":") ?? [];
    runtime.resetOptions(project, stack, -1, "", "", false, "");
    runtime.setAllConfig(Object.fromEntries(values.map(([key, { value }]) => [key, value ?? ""])));
    return { load, declared, stack };
  })());
}

let loading: Promise<Program> | undefined;

/** The entries with these names; all where none is named. */
export function named<T extends { name: string }>(entries: readonly T[], names: readonly string[]): T[] {
  const known = entries.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length)
    throw new UserError(`unknown service, got ${unknown.join(", ")}; expected ${known.join(", ")}`);
  return entries.filter(({ name }) => !names.length || names.includes(name));
}
