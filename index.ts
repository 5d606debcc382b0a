import { load } from "./settings/load.ts";
import { placeOnHosts, surveyHosts } from "./components/host/survey.ts";
import { keepMarks } from "./components/program/marks.ts";
import { checkDocker } from "./components/program/docker.ts";
import { keepData, keepPins, lastUpdate } from "./components/program/previous-state.ts";
import { showWarnings } from "./components/program/warnings.ts";
import { readRecipes } from "./model/image/recipe.ts";
import { stockImages } from "./model/image/stock.ts";
import type { FleetOutputs } from "./components/fleet.ts";
import * as catalogueFile from "./services.ts";

/**
 * Declares the stack: Pulumi runs this, and the CLI does in its own process.
 * @param services the exports of services.ts
 * @returns what the stack shows of itself
 */
export default async function declareStack(services: object = catalogueFile): Promise<FleetOutputs> {
  const loaded = load({ ...services });
  const { settings, catalogue, pins, notes } = loaded;
  checkDocker(settings);
  const reading = Promise.all([lastUpdate(), surveyHosts(settings, catalogue)]);
  // What declares resources is loaded while the hosts answer.
  const declaring = import("./components/fleet.ts");
  const recipes = readRecipes(catalogue, settings);
  const stock = stockImages(catalogue, settings);
  const [previousState, survey] = await reading;
  keepPins(pins, previousState);
  keepData(catalogue, settings.hosts, previousState);
  keepMarks(previousState);
  const ranges = placeOnHosts(settings, catalogue, survey, previousState);
  showWarnings(settings, notes);
  const { declareFleet } = await declaring;
  return declareFleet(loaded, { recipes, stock, ranges, survey, previousState });
}
