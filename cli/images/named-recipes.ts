import { UserError } from "../../lib/errors.ts";
import type { Catalogue } from "../../model/catalogue/service.ts";
import { type Recipe, readRecipes } from "../../model/image/recipe.ts";
import type { Settings } from "../../settings/load.ts";
import { named } from "../project/program-settings.ts";

/**
 * The recipes of the images that are named; all where none is.
 * @throws UserError where one is unknown, or a stock image, which nobody here builds
 */
export function namedRecipes(catalogue: Catalogue, settings: Settings, names: readonly string[]): Recipe[] {
  const stock = catalogue.services.filter(({ name, image }) => image !== undefined && names.includes(name));
  const problems = stock.map(
    ({ name, image }) => `services/${name}: nothing to build or tag, its image is "${image}"`,
  );
  if (problems.length) throw new UserError(problems.join("\n"));
  return named(readRecipes(catalogue, settings), names);
}
