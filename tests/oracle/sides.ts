import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Compose } from "../../cli/compose/config.ts";
import type { Declared } from "../../model/catalogue/declared.ts";
import { LABELS } from "../../model/container/labels.ts";
import type { ComposeProject } from "../../model/compose/project.ts";
import type { Fleet } from "../e2e/fleet.ts";
import { type Facts, type Shown, factsOf } from "./facts.ts";
import { type OracleFile, prefixed } from "./files.ts";

/** Facts of containers, by file and service of Compose: "zammad/redis". */
export type Side = Map<string, Facts>;

/** Makes each file's containers by `docker compose create`, inspects them and removes them; their volumes stay. */
export async function composeSide(
  fleet: Fleet,
  compose: Compose,
  files: readonly OracleFile[],
): Promise<Side> {
  const side: Side = new Map();
  const folder = join(fleet.folder, "oracle");
  mkdirSync(folder, { recursive: true });
  for (const { name, project } of files) {
    const path = join(folder, `${name}.json`);
    // Each dollar doubled, as in a file; a size of -1 is printed as a text by Compose, which reads a number only.
    writeFileSync(path, JSON.stringify(project).replaceAll("$", "$$$$").replaceAll('"-1"', "-1"));
    const [program = "", ...words] = [...compose.command, "--file", path, "--project-name", project.name];
    await fleet.must(program, ...words, "create", "--quiet-pull");
    const shown = await inspectAll(fleet, `com.docker.compose.project=${project.name}`);
    const service = ({ Config }: Shown) => Config.Labels?.["com.docker.compose.service"] ?? "";
    const names = new Map([
      ...Object.entries(project.networks ?? {}).map(([key, network]) => [network?.name ?? "", key] as const),
      ...shown.map((each) => [each.Id, service(each)] as const),
    ]);
    for (const each of shown.toReversed()) side.set(`${name}/${service(each)}`, factsOf(each, names));
    await fleet.must(program, ...words, "down");
  }
  return side;
}

/** What of the stack's containers is to be compared, once `pulumi up` has made them of all files. */
export async function slipwaySide(fleet: Fleet, files: readonly OracleFile[]): Promise<Side> {
  const side: Side = new Map();
  const shown = await inspectAll(fleet, `${LABELS.project}`);
  const networks = JSON.parse(
    await fleet.must("sh", "-c", "docker network ls -q | xargs docker network inspect"),
  ) as { Name: string; Labels: Record<string, string> }[];
  const service = ({ Config }: Shown) => Config.Labels?.[LABELS.service] ?? "";
  for (const { name, project, imported, prefix, nameOf } of files) {
    const services = Object.keys(project.services ?? {});
    const there = new Map(services.map((each) => [nameOf(each), each]));
    const words = new Map([
      ...there,
      ...networks.map(({ Name, Labels }) => [Name, wordOf(Labels[LABELS.network], prefix)] as const),
      ...imported.catalogue.networks.map(({ name: key, external }) => [external ?? "", key] as const),
      ...shown.map((each) => [each.Id, there.get(service(each)) ?? ""] as const),
    ]);
    for (const each of shown) {
      const of = there.get(service(each));
      if (of !== undefined) side.set(`${name}/${of}`, factsOf(each, words));
    }
  }
  return side;
}

function wordOf(network: string | undefined, prefix: string): string {
  return network === undefined ? "default" : network.replace(new RegExp(`^${prefix}`), "");
}

async function inspectAll(fleet: Fleet, label: string): Promise<Shown[]> {
  const ids = await fleet.must("docker", "ps", "--all", "--quiet", "--filter", `label=${label}`);
  const all = ids.trim().split("\n").filter(Boolean);
  return all.length ? (JSON.parse(await fleet.must("docker", "inspect", ...all)) as Shown[]) : [];
}

/** The catalogues of all files as one, each name with its file's prefix. */
export function oneCatalogue(files: readonly OracleFile[]): Declared {
  const all = files.map(({ imported: { catalogue }, prefix }) => {
    const own = (name: string) => prefixed(prefix, name);
    const named = <T extends { name: string }>(list: readonly T[]) =>
      list.map((each) => ({ ...each, name: own(each.name) }));
    const shared = new Set(catalogue.volumes.map(({ name }) => name));
    const services = catalogue.services.map((service) => ({
      ...service,
      name: own(service.name),
      // Nothing answers in the stand-in for an image: only Docker's own check is compared.
      health: service.health ?? { up: "1 second" },
      stopGracePeriod: service.stopGracePeriod ?? "2 seconds",
      ...(service.dependsOn && {
        dependsOn: Object.fromEntries(
          Object.entries(service.dependsOn).map(([name, how]) => [own(name), how]),
        ),
      }),
      ...(service.uses && { uses: service.uses.map(own) }),
      ...(service.networkMode && {
        networkMode: service.networkMode.replace(
          /^service:(.*)/,
          (_, name: string) => `service:${own(name)}`,
        ),
      }),
      ...(service.networks && {
        networks: service.networks.map((place) => {
          const at = typeof place === "string" ? { name: place } : place;
          return { ...at, name: at.name === "default" ? at.name : own(at.name) };
        }),
      }),
      ...(service.volumes && {
        volumes: service.volumes.map((volume) =>
          shared.has(volume.source) ? { ...volume, source: own(volume.source) } : volume,
        ),
      }),
      ...(service.secrets && {
        secrets: Object.fromEntries(
          Object.entries(service.secrets).map(([variable, name]) => [variable, own(name)]),
        ),
      }),
      ...(service.secretFiles && {
        secretFiles: service.secretFiles.map((file) => ({ ...file, source: own(file.source) })),
      }),
    }));
    return {
      services,
      secrets: named(catalogue.secrets),
      volumes: named(catalogue.volumes),
      networks: named(catalogue.networks),
    };
  });
  return {
    services: all.flatMap(({ services }) => services),
    secrets: all.flatMap(({ secrets }) => secrets),
    volumes: all.flatMap(({ volumes }) => volumes),
    networks: all.flatMap(({ networks }) => networks),
  };
}

/** A value for each secret: that of the variable it is in Compose. */
export function secretValues(files: readonly OracleFile[]): Record<string, string> {
  return Object.fromEntries(
    files.flatMap(({ imported: { catalogue }, project, prefix, nameOf }) =>
      catalogue.secrets.map(({ name }) => [
        prefixed(prefix, name),
        valueOf(name, project, catalogue, nameOf),
      ]),
    ),
  );
}

function valueOf(
  secret: string,
  project: ComposeProject,
  { services }: OracleFile["imported"]["catalogue"],
  nameOf: OracleFile["nameOf"],
): string {
  for (const [there, { environment = {} }] of Object.entries(project.services ?? {})) {
    const entry = services.find(({ name }) => nameOf(there).endsWith(name));
    for (const [variable, source] of Object.entries(entry?.secrets ?? {}))
      if (source === secret) return environment[variable] ?? "";
  }
  return "of a file";
}
