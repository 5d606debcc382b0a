import type { Service } from "../catalogue/service.ts";
import { keysAt } from "../catalogue/schema-problems.ts";
import type { Importing, Mapping } from "./context.ts";
import { engine } from "./engine.ts";
import { environment } from "./environment.ts";
import { files } from "./files.ts";
import { health } from "./health.ts";
import { labels } from "./http.ts";
import { image } from "./image.ts";
import { mounts } from "./mounts.ts";
import { network } from "./network.ts";
import { order } from "./order.ts";
import type { ComposeService } from "./project.ts";
import type { Section } from "./section.ts";
import { some } from "./words.ts";

const MAPPINGS: readonly Mapping[] = [
  image,
  labels,
  environment,
  files,
  mounts,
  network,
  engine,
  health,
  order,
  sameWords,
];

/** A service of a Compose file as an entry of the catalogue, its keys in the catalogue's order. */
export function importService(
  service: Section<ComposeService>,
  importing: Importing,
  there: string,
): Service {
  const name = importing.names.services.of(there);
  const all = MAPPINGS.map((mapping) => mapping(service, importing, there));
  const configs = some(all.flatMap(({ configs = [] }) => configs));
  if (name !== there)
    service.noteWhole(`is ${name} here: Slipway's names are lower-case letters, digits and dashes`);
  containerName(service, name, importing.mentions);
  if (service.value.profiles)
    service.note(
      "profiles",
      "are left out: all services of services.ts are deployed. Its lists may be functions of the stack",
    );
  const made: Partial<Service> = { ...(Object.assign({}, ...all) as Partial<Service>), configs };
  const ordered = KEYS.flatMap((key) => (made[key] === undefined ? [] : [[key, made[key]] as const]));
  return { name, ...Object.fromEntries(ordered) };
}

function containerName(
  service: Section<ComposeService>,
  name: string,
  mentions: (name: string) => boolean,
): void {
  const container = service.take("container_name");
  if (container === undefined || container === name) return;
  const also = mentions(container) ? "; it stays a name in its networks" : ", and nothing here mentions it";
  service.note("container_name", `is left out: Slipway names containers after their service${also}`);
}

/** Keys that no other mapping has asked for, and that the catalogue has in its own spelling: they mean the same. */
function sameWords(service: Section<ComposeService>): Partial<Service> {
  const section = service as unknown as Section<Record<string, unknown>>;
  const found = Object.keys(section.value).flatMap((there) => {
    const here = camelCase(there);
    if (section.isTaken(there) || !KEYS.includes(here)) return [];
    const taken = section.take(there);
    if (taken === undefined) return [];
    if (!Array.isArray(taken) || taken.length) return [[here, taken] as const];
    if (there === "entrypoint") return [[here, [""]] as const];
    if (there === "command")
      service.lose(there, "takes the image's command away, for which Slipway has no word");
    return [];
  });
  return Object.fromEntries(found);
}

/** The keys of a service, in their order. */
const KEYS = keysAt(["services", 0]) as (keyof Service)[];

function camelCase(key: string): keyof Service {
  return key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof Service;
}
