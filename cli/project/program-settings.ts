import { readdirSync } from "node:fs";
import type { Catalogue } from "../../model/catalogue/service.ts";
import type * as Config from "../../settings/load.ts";
import { UserError } from "../../lib/errors.ts";
import type { PinsFile } from "../../model/history/pins.ts";
import { answer } from "../../stack/pulumi.ts";
import type { Session } from "../../stack/session.ts";

/** The program's reader, and the exports of services.ts. */
interface Program {
  load: typeof Config.load;
  services: object;
}

/**
 * The settings of the session's stack and the catalogue, read and checked by the program's own reader.
 * @param pinned @default what the stack's pins file says
 * @throws UserError with every problem of both
 */
export async function readSettings(session: Session, pinned?: PinsFile): Promise<Config.Loaded> {
  const { load, services } = await loadProgram(session);
  try {
    return load({ ...services }, pinned);
  } catch (error) {
    // The SDK's own mark; to import it here as well would make every verb start later.
    throw error instanceof Error && "__pulumiRunError" in error ? new UserError(error.message) : error;
  }
}

/**
 * What services.ts says for the session's stack, though the stack may lack what it asks for, such as secrets.
 * @throws UserError with every problem that is its own
 */
export async function readDeclaredCatalogue(session: Session): Promise<Catalogue> {
  const { services } = await loadProgram(session);
  return catalogueOf(services, session.stack);
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
  const [config, { runtime }, { load }] = await Promise.all([
    answer(session, "config", "--json", "--show-secrets"),
    import("@pulumi/pulumi"),
    import("../../settings/load.ts"),
  ]);
  const values = Object.entries(JSON.parse(config) as Record<string, { value?: string }>);
  runtime.setAllConfig(Object.fromEntries(values.map(([key, { value }]) => [key, value ?? ""])));
  // Not before: it may ask pulumi for the stack and its configuration.
  return { load, services: await importServices(session, session.stack) };
}

/**
 * The exports of services.ts, in which pulumi.getStack() is that stack: loaded once for each, though a module is loaded
 * once.
 */
async function importServices({ folder, project }: Session, stack: string): Promise<object> {
  const { runtime } = await import("@pulumi/pulumi");
  // Its arguments, after project and stack: how much is done at once, the addresses of engine and resource monitor (none:
  // nothing is registered), whether it is a preview, the organization.
  // Source: https://github.com/pulumi/pulumi, sdk/nodejs/runtime/settings.ts, resetOptions
  runtime.resetOptions(project, stack, -1, "", "", false, "");
  try {
    return await (import(`${folder}/services.ts?stack=${encodeURIComponent(stack)}`) as Promise<object>);
  } catch (error) {
    throw new UserError(`services.ts: cannot be loaded for stack "${stack}": ${String(error)}`);
  }
}

/**
 * What services.ts says for the project's other stacks, those that have a Pulumi.<stack>.yaml.
 * @returns for each its catalogue, or what is wrong with it
 */
export async function otherCatalogues(
  session: Session,
): Promise<{ stack: string; catalogue?: Catalogue; problem?: string }[]> {
  const files = readdirSync(session.folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  const found = [];
  for (const stack of files.filter((name) => name !== session.stack)) {
    try {
      found.push({ stack, catalogue: await catalogueOf(await importServices(session, stack), stack) });
    } catch (error) {
      found.push({ stack, problem: (error as Error).message });
    }
  }
  await importServices(session, session.stack); // for pulumi.getStack() from here on
  return found;
}

/** What the exports of services.ts say for a stack. Its checks are fifty files, loaded when they are needed. */
async function catalogueOf(services: object, stack: string): Promise<Catalogue> {
  const [{ parseCatalogue }, { declaredFor }] = await Promise.all([
    import("../../model/catalogue/check.ts"),
    import("../../model/catalogue/declared.ts"),
  ]);
  return parseCatalogue(declaredFor({ ...services }, stack));
}

/** The entries with these names; all where none is named. */
export function named<T extends { name: string }>(entries: readonly T[], names: readonly string[]): T[] {
  const known = entries.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length)
    throw new UserError(`unknown service, got ${unknown.join(", ")}; expected ${known.join(", ")}`);
  return entries.filter(({ name }) => !names.length || names.includes(name));
}
