import type { Declared } from "../../model/catalogue/declared.ts";
import type { Service } from "../../model/catalogue/service.ts";
import { type OracleFile, prefixed } from "./files.ts";

type Catalogue = Required<Omit<Declared, "bases">>;

/** The catalogues of all files as one, each name with its file's prefix. */
export function oneCatalogue(files: readonly OracleFile[]): Catalogue {
  const all = files.map(({ imported: { catalogue }, prefix }) => {
    const own = (name: string) => prefixed(prefix, name);
    const named = <T extends { name: string }>(list: readonly T[]) =>
      list.map((each) => ({ ...each, name: own(each.name) }));
    const shared = new Set(catalogue.volumes.map(({ name }) => name));
    return {
      services: catalogue.services.map((service) => withPrefix(service, own, shared)),
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

/** @param shared names of the volumes that are not the service's own */
function withPrefix(service: Service, own: (name: string) => string, shared: ReadonlySet<string>): Service {
  const { dependsOn, networkMode, networks, volumes, secrets, secretFiles, configs } = service;
  const values = <T>(of: Record<string, T>, change: (name: string, value: T) => [string, T]) =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => change(name, value)));
  return {
    ...service,
    name: own(service.name),
    // Nothing answers in the stand-in for an image: only Docker's own check is compared.
    ...(service.restart !== "no" && { health: service.health ?? { up: "1 second" } }),
    ...(dependsOn && { dependsOn: values(dependsOn, (name, how) => [own(name), how]) }),
    ...(networkMode && {
      networkMode: networkMode.replace(/(?<=^service:).*/, own),
    }),
    ...(networks && {
      networks: networks.map((place) => {
        const at = typeof place === "string" ? { name: place } : place;
        return { ...at, name: at.name === "default" ? at.name : own(at.name) };
      }),
    }),
    ...(volumes && {
      volumes: volumes.map((volume) =>
        shared.has(volume.source) ? { ...volume, source: own(volume.source) } : volume,
      ),
    }),
    ...(secrets && { secrets: values(secrets, (variable, name) => [variable, own(name)]) }),
    ...(secretFiles && {
      secretFiles: secretFiles.map((file) => ({
        ...{ target: `/run/secrets/${file.source}`, ...file },
        source: own(file.source),
      })),
    }),
    ...(configs && {
      configs: configs.map((config) =>
        "content" in config && config.content !== undefined
          ? {
              ...config,
              content: config.content.replace(/(?<=\{\{secret:)[^{}]*/g, own),
            }
          : config,
      ),
    }),
  };
}

/** A value for each secret: that of the variable it is in Compose. */
export function secretValues(files: readonly OracleFile[]): Record<string, string> {
  return Object.fromEntries(
    files.flatMap((file) =>
      file.imported.catalogue.secrets.map(({ name }) => [prefixed(file.prefix, name), valueOf(name, file)]),
    ),
  );
}

function valueOf(secret: string, { imported, project, nameOf, prefix }: OracleFile): string {
  for (const [there, { environment = {} }] of Object.entries(project.services ?? {})) {
    const entry = imported.catalogue.services.find(({ name }) => prefixed(prefix, name) === nameOf(there));
    for (const [variable, source] of Object.entries(entry?.secrets ?? {}))
      if (source === secret) return environment[variable] ?? "";
  }
  return "of a file";
}
