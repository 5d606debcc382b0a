import { existsSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { type Base, type Catalogue, type Service, catalogueSchema, sources } from "./service.ts";
import { folderProblems } from "./context-check.ts";
import { type Exposure, exposureProblems } from "./reach.ts";

/** What validation needs to know of the stack besides the catalogue. */
export interface Surroundings extends Exposure {
  /** The project's folder, where the build contexts are. */
  folder: string;
  /** Ports of each host that the edge publishes. */
  edgePorts: readonly number[];
  /** Names of the secrets the stack's configuration gives. */
  secretsGiven: readonly string[];
}

/**
 * Reads what services.ts says and checks it against itself, the folder and the stack.
 * @returns the catalogue, or every problem at once, each as `services/<name>/<field>: what is wrong, got X; expected Y`
 */
export function readCatalogue(
  declared: unknown,
  around: Surroundings,
): { catalogue: Catalogue } | { problems: string[] } {
  const parsed = catalogueSchema.safeParse(declared);
  if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => explain(issue, declared)) };
  const catalogue = parsed.data;
  const problems = [
    ...duplicateNames(catalogue),
    ...unknownNames(catalogue, around),
    ...images(catalogue).flatMap((entry) => sourceProblems(entry, around.folder)),
    ...clashes(catalogue, around),
    ...catalogue.services.flatMap(sharedByReplicas),
    ...exposureProblems(catalogue, around),
    ...loops("uses", new Map(catalogue.services.map(({ name, uses }) => [name, uses ?? []]))),
    ...loops(
      "base",
      new Map(images(catalogue).map(({ name, build }) => [name, build?.base ? [build.base] : []])),
    ),
  ];
  return problems.length ? { problems } : { catalogue };
}

/** Every entry that is built: bases and services. */
function images({ bases, services }: Catalogue) {
  return [...bases, ...services];
}

/** A problem zod found, in our form, with the entry's name in place of its number in the list. */
function explain(issue: z.core.$ZodIssue, declared: unknown): string[] {
  const { name } = Object(at(declared, issue.path.slice(0, 2))) as { name?: unknown };
  const words = issue.path.map((key, depth) =>
    depth === 1 && typeof name === "string" ? name : String(key),
  );
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map(
      (key) => `${[...words, key].join("/")}: unknown key; see model/catalogue/service.ts for the known ones`,
    );
  }
  const got = at(declared, issue.path);
  const expected = issue.message
    .replace(/^Invalid input: /, "")
    .replace(/^(Too|Invalid)/, (word) => word.toLowerCase());
  return [
    `${words.join("/")}: not valid, got ${got === undefined ? "nothing" : JSON.stringify(got)}; ${expected}`,
  ];
}

/** What is found in a value by following the keys. */
function at(value: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce((found: unknown, key) => (Object(found) as Record<PropertyKey, unknown>)[key], value);
}

function duplicateNames(catalogue: Catalogue): string[] {
  const lists = [images(catalogue), catalogue.secrets];
  return lists.flatMap((list) =>
    list
      .filter(({ name }, index) => list.findIndex((other) => other.name === name) < index)
      .map(({ name }) => `services/${name}/name: used twice, got "${name}"; expected a name of its own`),
  );
}

function unknownNames(catalogue: Catalogue, around: Surroundings): string[] {
  const check = (at: string, what: string, name: string, known: readonly string[]) =>
    known.includes(name)
      ? []
      : [`${at}: unknown ${what}, got "${name}"; expected ${known.join(", ") || "none yet"}`];
  const services = catalogue.services.map(({ name }) => name);
  const secrets = catalogue.secrets.map(({ name }) => name);
  return [
    ...images(catalogue).flatMap(({ name, build }) =>
      build?.base
        ? check(
            `services/${name}/build/base`,
            "base image",
            build.base,
            catalogue.bases.map((base) => base.name),
          )
        : [],
    ),
    ...catalogue.services.flatMap(({ name, uses = [], host, secrets: wanted = {} }) => [
      ...uses.flatMap((used, index) => check(`services/${name}/uses/${index}`, "service", used, services)),
      ...(host ? check(`services/${name}/host`, "host", host, around.hosts) : []),
      ...Object.entries(wanted).flatMap(([variable, secret]) =>
        check(`services/${name}/secrets/${variable}`, "secret", secret, secrets),
      ),
    ]),
    ...images(catalogue).flatMap(({ name, build }) =>
      Object.entries(build?.secrets ?? {}).flatMap(([id, secret]) =>
        check(`services/${name}/build/secrets/${id}`, "secret", secret, secrets),
      ),
    ),
    ...catalogue.secrets
      .filter(({ name, generate }) => !generate && !around.secretsGiven.includes(name))
      .map(({ name }) => `secrets/${name}: has no value; run: pulumi config set --secret secrets:${name}`),
  ];
}

/** What is wrong with the files an image is made of. */
function sourceProblems(entry: Service | Base, folder: string): string[] {
  const at = `services/${entry.name}/build`;
  const { context, dockerfile } = sources(entry);
  const folders = { context, ...entry.build?.additionalContexts };
  const missing = Object.entries(folders).filter(([, path]) => !existsSync(join(folder, path)));
  if (missing.length)
    return missing.map(([key, path]) => `${at}/${key}: no such folder, got "${path}"; expected one`);
  if (entry.build?.dockerfileInline === undefined && !existsSync(join(folder, dockerfile)))
    return [`${at}: no Dockerfile, got "${dockerfile}"; expected a file`];
  return folderProblems(entry, folder);
}

/** Two that want the same port of a host. */
function clashes(catalogue: Catalogue, { hosts, edgePorts }: Surroundings): string[] {
  const taken = new Map<string, string>();
  for (const host of hosts)
    for (const port of edgePorts) taken.set(`port ${port}/tcp of ${host}`, "the edge");
  const claim = (at: string, place: string, service: Service) => {
    const owner = taken.get(place);
    taken.set(place, service.name);
    return owner ? [`${at}: taken by ${owner}, got ${place}; expected one of its own`] : [];
  };
  return catalogue.services.flatMap((service) => {
    const host = service.host ?? hosts[0];
    return [
      ...(service.ports ?? []).flatMap((port, index) =>
        claim(
          `services/${service.name}/ports/${index}`,
          `port ${port.published}/${port.protocol ?? "tcp"} of ${host}`,
          service,
        ),
      ),
      ...(service.health && "path" in service.health && !service.http
        ? [`services/${service.name}/health/path: needs http, got none; expected http, or a health command`]
        : []),
    ];
  });
}

/** What two replicas of a service on one host would fight over. */
function sharedByReplicas({ name, replicas = 1, ports, volumes }: Service): string[] {
  const shared = [ports?.length && "publishes a host port", volumes?.length && "writes a volume"].filter(
    Boolean,
  );
  if (replicas === 1 || !shared.length) return [];
  return [`services/${name}/replicas: it ${shared.join(" and ")}, got ${replicas}; expected 1`];
}

/** Names that lead back to themselves. */
function loops(field: string, leads: ReadonlyMap<string, readonly string[]>): string[] {
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    (leads.get(from) ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  return [...leads.keys()]
    .filter((name) => reaches(name, name, new Set()))
    .map(
      (name) =>
        `services/${name}/${field}: leads back to itself, got ${leads.get(name)?.join(", ")}; expected no loop`,
    );
}
