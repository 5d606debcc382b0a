import type { Secret, Service, SharedVolume } from "../catalogue/service.ts";
import type { Network } from "../catalogue/networks.ts";
import type { ImportOptions, Importing } from "./context.ts";
import { droppedByCompose } from "./dropped.ts";
import { beyondEdge } from "./http.ts";
import { hasImage } from "./image.ts";
import { Names, serviceNames } from "./names.ts";
import { mentionedIn } from "./mentions.ts";
import { importNetworks } from "./networks.ts";
import type { ComposeProject, ComposeService } from "./project.ts";
import { reasonFor } from "./reasons.ts";
import { type Remark, Section } from "./section.ts";
import { SecretBook } from "./secrets.ts";
import { importService } from "./service.ts";
import { importVolumes } from "./volumes.ts";

/** What a Compose file has become. */
export interface Imported {
  /** The project's name in Compose. */
  project: string;
  catalogue: { secrets: Secret[]; volumes: SharedVolume[]; networks: Network[]; services: Service[] };
  /** All of the file that is not, or not quite, in the catalogue; what is lost first. */
  remarks: Remark[];
  /** Lines of a shell that set the secrets, without their values. */
  commands: string[];
}

/**
 * The entries of services.ts for what `docker compose config` has printed. No key of it is missing from both the catalogue
 * and the remarks.
 */
export function importProject(printed: ComposeProject, asked: ImportOptions): Imported {
  const project: ComposeProject = {
    ...printed,
    services: Object.fromEntries(
      Object.entries(printed.services ?? {}).map(([name, service]) => [name, inDefault(service)]),
    ),
  };
  const beyond = asked.proxy === "whole" ? beyondEdge(project) : [];
  const options: ImportOptions = beyond.length ? { ...asked, proxy: "own" } : asked;
  const remarks: Remark[] = [...beyond];
  const whole = new Section("", project, remarks);
  whole.take("name");
  const importing: Importing = {
    project,
    options,
    names: {
      services: serviceNames(Object.keys(project.services ?? {})),
      volumes: new Names(),
      networks: new Names(["default"]),
    },
    secrets: new SecretBook(),
    mentions: mentionedIn(project, options),
  };
  const services = whole.sections("services").flatMap(([there, service]) => {
    if (runs(service)) return [importService(service, importing, there)];
    return [];
  });
  const catalogue = {
    services: services.map((service) => withoutGone(service, services)),
    volumes: importVolumes(whole, importing),
    networks: importNetworks(whole, importing),
    secrets: importing.secrets.names.map((name) => ({ name })),
  };
  filesOfProject(whole, project);
  edgeBeside(whole, services, remarks);
  whole.finish(reasonFor);
  if (options.raw) remarks.push(...droppedByCompose(options.raw, project));
  return {
    project: project.name,
    catalogue,
    remarks: [...remarks.filter(({ lost }) => lost), ...remarks.filter(({ lost }) => !lost)],
    commands: importing.secrets.commands,
  };
}

/** A service that says nothing of networks is in the default one; Compose prints that, and older ones of it did not. */
function inDefault(service: ComposeService): ComposeService {
  return service.network_mode || service.networks ? service : { ...service, networks: { default: null } };
}

/** Whether there is a container of it at all. */
function runs(service: Section<ComposeService>): boolean {
  if (!hasImage(service)) {
    service.lose("", "is left out: it has no image and no build");
    return false;
  }
  const count = service.value.scale ?? service.value.deploy?.replicas;
  if (count !== 0) return true;
  service.note("", "is left out: it has no containers");
  return false;
}

/** Without dependencies on services that are left out. */
function withoutGone(service: Service, services: readonly Service[]): Service {
  const { dependsOn, ...rest } = service;
  if (!dependsOn) return service;
  const kept = Object.entries(dependsOn).filter(([other]) => services.some(({ name }) => name === other));
  return kept.length ? { ...service, dependsOn: Object.fromEntries(kept) } : rest;
}

/** What services have of secrets and configs is with them; what none has is remarked on. */
function filesOfProject(whole: Section<ComposeProject>, project: ComposeProject): void {
  for (const kind of ["secrets", "configs"] as const) {
    const used = Object.values(project.services ?? {}).flatMap((service) => [
      ...(service[kind] ?? []),
      ...(kind === "secrets" ? (service.build?.secrets ?? []) : []),
    ]);
    for (const [name, file] of whole.sections(kind)) {
      for (const key of ["file", "content", "environment"] as const) file.take(key);
      const onHost = file.take("name");
      if (!used.some(({ source }) => source === name)) file.note("", "is left out: no service has it");
      else if (!file.take("external") && onHost !== undefined && onHost !== `${project.name}_${name}`)
        file.note("name", "has no effect: it is Swarm's name for it");
    }
  }
}

/** A Traefik of the project's own, beside the edge that has its routes now. */
function edgeBeside(whole: Section<ComposeProject>, services: readonly Service[], remarks: Remark[]): void {
  if (!services.some(({ http }) => http)) return;
  for (const [there, service] of whole.sections("services"))
    if (/(^|\/)traefik(:|@|$)/.test(service.value.image ?? ""))
      remarks.push({
        at: `services.${there}`,
        lost: false,
        text: "has its routes in Slipway's edge now, which takes its ports: take this entry out. To keep it instead: --proxy own",
      });
}
