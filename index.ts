import { load } from "./settings/load.ts";
import { checkEdges } from "./components/host/check-edge.ts";
import { edgeOn } from "./components/host/edge.ts";
import { Host } from "./components/host/host.ts";
import { sharedOn } from "./components/host/shared.ts";
import { placeOnHosts, surveyHosts } from "./components/host/survey.ts";
import { ServiceImage } from "./components/image/image.ts";
import { keepMarks } from "./components/program/marks.ts";
import { checkDocker } from "./components/program/docker.ts";
import { keepData, keepPins, lastUpdate } from "./components/program/previous-state.ts";
import { showWarnings } from "./components/program/warnings.ts";
import { findPromotedImages } from "./components/image/promote.ts";
import { checkLocked } from "./components/image/stock.ts";
import { keepReleases } from "./components/service/retention.ts";
import { secretValues } from "./components/secrets.ts";
import { Service } from "./components/service/service.ts";
import { differingFields, pinOf, waiting } from "./model/history/pins.ts";
import { featuresOf } from "./model/host/features.ts";
import { names } from "./model/rollout/resource-names.ts";
import { comesAfter } from "./model/rollout/order.ts";
import { hostOf } from "./model/rollout/placement.ts";
import { readRecipes } from "./model/image/recipe.ts";
import { stockImages } from "./model/image/stock.ts";
import { inOrder } from "./lib/toposort.ts";
import * as program from "./services.ts";

const { settings, catalogue, declared, pins, notes } = load({ ...program });
checkDocker(settings);
const reading = Promise.all([lastUpdate(), surveyHosts(settings.hosts), checkEdges(settings, catalogue)]);
const recipes = readRecipes(catalogue, settings);
const stock = stockImages(catalogue, settings);
const [previousState, survey] = await reading;
keepPins(pins, previousState);
keepData(catalogue, settings.hosts, previousState);
keepMarks(previousState);
const ranges = placeOnHosts(settings, catalogue, survey, previousState);
keepReleases(settings.keepReleases);
showWarnings(settings, notes);

const hosts = new Map(
  settings.hosts.map((host) => {
    const range = required(ranges, host.name);
    const features = featuresOf(host.name, survey.get(host.name)?.features, previousState);
    return [host.name, new Host(host.name, { host, settings, range, features })];
  }),
);
const { edge } = settings;
const edges = new Map(edge && [...hosts].map(([name, host]) => [name, edgeOn(names.edge(name), host, edge)]));
const secrets = await secretValues(catalogue.secrets, settings.secrets);

const isUnpinned = ({ name }: { name: string }) => !pinOf(pins, name);
checkLocked(stock.filter(isUnpinned));
const found = await findPromotedImages(recipes.filter(isUnpinned), settings, previousState);
const pinned = (name: string, hash = "") => {
  const pin = pinOf(pins, name);
  if (!pin) return {};
  const { services } = declared;
  return { pin, waits: waiting(pin, name, hash, services), fields: differingFields(pin, name, services) };
};
const images = new Map<string, ServiceImage>();
for (const recipe of recipes) {
  const { name, hash } = recipe;
  const base = images.get(recipe.base?.name ?? "");
  const args = { recipe, settings, base, secrets, found: found.get(name), ...pinned(name, hash) };
  images.set(name, new ServiceImage(name, args));
}
for (const image of stock)
  images.set(
    image.name,
    new ServiceImage(image.name, { stock: image, settings, ...pinned(image.name, image.digest) }),
  );

const services = new Map<string, Service>();
const hostNames = settings.hosts.map(({ name }) => name);
const shared = new Map(
  [...hosts].map(([name, host]) => {
    const here = catalogue.services.filter((service) => hostOf(service, hostNames) === name);
    return [name, sharedOn(host, catalogue, here)];
  }),
);
for (const entry of inOrder(catalogue.services, comesAfter)) {
  const hostName = hostOf(entry, hostNames);
  services.set(
    entry.name,
    new Service(entry.name, {
      entry,
      image: required(images, entry.name),
      host: required(hosts, hostName),
      edge: edges.get(hostName),
      catalogue,
      before: new Map(comesAfter(entry).map((other) => [other, required(services, other)])),
      shared: required(shared, hostName),
      settings,
      secrets,
    }),
  );
}

/** An entry that validation has made sure of. */
function required<T>(entries: ReadonlyMap<string, T>, name: string): T {
  const entry = entries.get(name);
  if (!entry) throw new Error(`${name}: not there, though validation passed`);
  return entry;
}

/** The fleet's network on each host, for a reverse proxy of your own to join. */
export const networks = Object.fromEntries([...hosts].map(([name, { madeNetwork }]) => [name, madeNetwork]));
/** `repository@sha256:…` of every image. */
export const digests = Object.fromEntries([...images].map(([name, { built }]) => [name, built]));
/** Where every service with http answers. */
export const urls = Object.fromEntries(
  [...services].flatMap(([name, { url }]) => (url ? [[name, url]] : [])),
);
