import * as pulumi from "@pulumi/pulumi";
import { loadClient } from "../lib/http.ts";
import { inOrder } from "../lib/toposort.ts";
import { differingFields, pinOf, waiting } from "../model/history/pins.ts";
import { featuresOf } from "../model/host/features.ts";
import type { Recipe } from "../model/image/recipe.ts";
import type { StockImage } from "../model/image/stock.ts";
import { footingsDigest } from "../model/rollout/footings.ts";
import { comesAfter } from "../model/rollout/order.ts";
import { hostOf } from "../model/rollout/placement.ts";
import { names } from "../model/rollout/resource-names.ts";
import type { StateResource } from "../model/state/resources.ts";
import { findUnchanged } from "../model/state/unchanged.ts";
import type { Loaded } from "../settings/load.ts";
import { edgeOn } from "./host/edge.ts";
import { Host } from "./host/host.ts";
import { sharedOn } from "./host/shared.ts";
import type { Survey } from "./host/survey.ts";
import { ServiceImage } from "./image/image.ts";
import { findPromotedImages } from "./image/promote.ts";
import { checkLocked } from "./image/stock.ts";
import { secretValues } from "./secrets.ts";
import { keepReleases } from "./service/retention.ts";
import { Service } from "./service/service.ts";

/** What was found out before anything is declared. */
interface Found {
  /** Of the images of our own, in the order in which they are built. */
  recipes: readonly Recipe[];
  stock: readonly StockImage[];
  /** The range of addresses of each host's network. */
  ranges: ReadonlyMap<string, string>;
  survey: Survey;
  previousState: readonly StateResource[];
}

/** What a stack shows of itself. */
export interface FleetOutputs {
  /** The fleet's network on each host, for a reverse proxy of your own to join. */
  networks: Record<string, pulumi.Output<string>>;
  /** `repository@sha256:…` of every image. */
  digests: Record<string, pulumi.Output<string | undefined>>;
  /** Where every service with http answers. */
  urls: Record<string, string>;
}

/**
 * Declares the hosts, the images and the services of a catalogue.
 * @throws pulumi.RunError where an image or a secret is not to be had, before anything is done on a host
 */
export async function declareFleet(
  { settings, catalogue, declared, pins }: Loaded,
  { recipes, stock, ranges, survey, previousState }: Found,
): Promise<FleetOutputs> {
  const isUnpinned = ({ name }: { name: string }) => !pinOf(pins, name);
  checkLocked(stock.filter(isUnpinned));
  keepReleases(settings.keepReleases);
  const secrets = await secretValues(catalogue.secrets, settings.secrets);
  const found = await findPromotedImages(recipes.filter(isUnpinned), settings, previousState);

  const footings = footingsDigest(catalogue, settings);
  const hosts = new Map(
    settings.hosts.map((host) => {
      const range = required(ranges, host.name);
      const features = featuresOf(host.name, survey.get(host.name)?.features, previousState);
      return [host.name, new Host(host.name, { host, settings, range, features, footings })];
    }),
  );
  const { edge } = settings;
  const edges = new Map(
    edge && [...hosts].map(([name, host]) => [name, edgeOn(names.edge(name), host, edge)]),
  );

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

  const unchanged = findUnchanged(previousState, recipes);
  // Whoever asks the registry how big an image is finds the client loaded, which takes as long as a small image's build:
  // by then the engine has all that is declared here, and this process waits for the builder.
  if (!pulumi.runtime.isDryRun() && !recipes.every(({ name }) => unchanged.has(name)))
    setTimeout(() => void loadClient(), 250).unref();

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
  return {
    networks: Object.fromEntries([...hosts].map(([name, { madeNetwork }]) => [name, madeNetwork])),
    digests: Object.fromEntries([...images].map(([name, { built }]) => [name, built])),
    urls: Object.fromEntries([...services].flatMap(([name, { url }]) => (url ? [[name, url]] : []))),
  };
}

/** An entry that validation has made sure of. */
function required<T>(entries: ReadonlyMap<string, T>, name: string): T {
  const entry = entries.get(name);
  if (!entry) throw new Error(`${name}: not there, though validation passed`);
  return entry;
}
