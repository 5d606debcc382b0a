import { UserError } from "../../lib/errors.ts";

/**
 * Checks that services of these names are deployed.
 * @param deployed the names there are
 * @throws UserError with those that are not
 */
export function checkDeployed(names: readonly string[], deployed: readonly string[]): void {
  const unknown = names.filter((name) => !deployed.includes(name)).map((name) => `"${name}"`);
  if (!unknown.length) return;
  if (!deployed.length) throw new UserError("nothing is deployed yet; run pulumi up");
  throw new UserError(`unknown service ${unknown.join(", ")}; deployed: ${deployed.join(", ")}`);
}
