import type { Catalogue } from "./service.ts";

/**
 * The given secret that a variable of a .env file is for: of the same name, of that name in capitals with "_" for "-", or
 * the one that services have as that variable.
 * @returns nothing where there is none, or services have several so
 */
export function secretFor(
  variable: string,
  { services, secrets }: Pick<Catalogue, "services" | "secrets">,
): string | undefined {
  const given = secrets.filter(({ generate, command }) => !generate && !command).map(({ name }) => name);
  const named = given.find((name) => [name, name.toUpperCase().replaceAll("-", "_")].includes(variable));
  const [used, ...others] = new Set(services.flatMap(({ secrets }) => secrets?.[variable] ?? []));
  return named ?? (used !== undefined && !others.length && given.includes(used) ? used : undefined);
}
