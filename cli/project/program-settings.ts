import type { Catalogue, Service } from "../../model/catalogue/service.ts";
import type * as Config from "../../settings/load.ts";
import { UserError } from "../../lib/errors.ts";
import type { PinsFile } from "../../model/history/pins.ts";
import { answer } from "../../stack/pulumi.ts";
import type { Session } from "../../stack/session.ts";

interface Read {
  settings: Config.Settings;
  /** As it is to be: with pinned entries. */
  catalogue: Catalogue;
  pins: PinsFile;
  /** What services.ts says. */
  declared: { services: Service[] };
}

type Program = Pick<Read, "declared"> & { load: typeof Config.load };

/**
 * The settings of the session's stack and the catalogue, read and checked by the program's own reader.
 * @param pinned @default what the stack's pins file says
 * @throws UserError with every problem of both
 */
export async function readSettings(session: Session, pinned?: PinsFile): Promise<Read> {
  const { load, declared } = await loadProgram(session);
  try {
    return { ...load({ ...declared }, pinned), declared };
  } catch (error) {
    // The SDK's own mark; to import it here as well would make every verb start later.
    throw error instanceof Error && "__pulumiRunError" in error ? new UserError(error.message) : error;
  }
}

/**
 * Loads the program's own reader, and gives the SDK what the engine would. It takes a while, once a session, so who
 * needs it later may begin with it.
 */
export function loadProgram(session: Session): Promise<Program> {
  const program = programs.get(session) ?? load(session);
  programs.set(session, program);
  return program;
}

const programs = new WeakMap<Session, Promise<Program>>();

async function load(session: Session): Promise<Program> {
  const [config, { runtime }, { load }, declared] = await Promise.all([
    answer(session, "config", "--json", "--show-secrets"),
    import("@pulumi/pulumi"),
    import("../../settings/load.ts"),
    import(`${session.folder}/services.ts`) as Promise<Read["declared"]>,
  ]);
  // Its arguments, after project and stack: how much is done at once, the addresses of engine and resource monitor (none:
  // nothing is registered), whether it is a preview, the organization.
  // Source: https://github.com/pulumi/pulumi, sdk/nodejs/runtime/settings.ts, resetOptions
  runtime.resetOptions(session.project, session.stack, -1, "", "", false, "");
  const values = Object.entries(JSON.parse(config) as Record<string, { value?: string }>);
  runtime.setAllConfig(Object.fromEntries(values.map(([key, { value }]) => [key, value ?? ""])));
  return { load, declared };
}

/** The entries with these names; all where none is named. */
export function named<T extends { name: string }>(entries: readonly T[], names: readonly string[]): T[] {
  const known = entries.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length)
    throw new UserError(`unknown service, got ${unknown.join(", ")}; expected ${known.join(", ")}`);
  return entries.filter(({ name }) => !names.length || names.includes(name));
}
