import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { hardened } from "../../model/catalogue/hardening.ts";
import { imageConfig } from "../../model/catalogue/image-config.ts";
import { openings } from "../../model/catalogue/openings.ts";
import type * as catalogue from "../../model/catalogue/service.ts";
import { paths } from "../../lib/paths.ts";
import { names } from "../../model/rollout/resource-names.ts";
import { calledThroughEdge, networkOwner, networkPlaces } from "../../model/rollout/network-places.ts";
import { isAliased, restartsAfter, updateOrder } from "../../model/rollout/order.ts";
import { ownVolumes } from "../../model/rollout/shared.ts";
import { TYPES } from "../../model/state/types.ts";
import { Cutover, isMade, type Ready } from "./cutover.ts";
import type { Settings } from "../../settings/load.ts";
import type { Host } from "../host/host.ts";
import type { Shared } from "../host/shared.ts";
import type { ServiceImage } from "../image/image.ts";
import { filesOn } from "./files.ts";
import { routeFor } from "./route.ts";
import { keptVolume } from "./volume.ts";

/** What a service runs from, on and with. */
export interface ServiceArgs {
  /** The catalogue's entry. */
  entry: catalogue.Service;
  image: ServiceImage;
  host: Host;
  /** What makes the host's reverse proxy ready for it, if the stack has one. */
  edge: Ready | undefined;
  catalogue: catalogue.Catalogue;
  /** The services whose cutovers come before its own, by name. */
  before: ReadonlyMap<string, Service>;
  /** The networks and volumes of its host that are no single service's. */
  shared: Shared;
  /** The stack's domain and the edge's port. */
  settings: Settings;
  /** The values of all secrets, by name. */
  secrets: Readonly<Record<string, pulumi.Output<string>>>;
}

/** One service of the catalogue, running on its host. */
export class Service extends pulumi.ComponentResource {
  readonly entry: catalogue.Service;
  /** The cutover of its last replica, done when those of all are. */
  readonly cutover: Cutover;
  /** Those of all replicas. */
  readonly containers: docker.Container[];
  /** Where it answers from outside: at its first host name, or at the host itself; nowhere without http. */
  readonly url: string | undefined;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    // The entry is an input, so that every checkpoint of the history holds what was declared.
    super(TYPES.service, name, { ...args.entry }, opts);
    const { host, settings } = args;
    this.entry = args.entry;
    const entry = hardened(
      args.entry,
      imageConfig(args.entry, args.catalogue, settings.lock, paths.project).user,
    );
    const route = routeFor(entry, host, settings, args.secrets);
    this.url = route?.url;
    const { services } = args.catalogue;
    const hasEdge = args.edge !== undefined;
    const volumes = new Map<string, pulumi.Input<string>>([
      ...args.shared.volumes,
      ...ownVolumes(entry, args.catalogue).map(
        (volume) =>
          [volume.source, keptVolume(name, volume, { parent: this, provider: host.provider }).name] as const,
      ),
    ]);
    const files = filesOn(host, entry, args.secrets, this);
    const ownerName = networkOwner(entry);
    const owner = args.before.get(ownerName ?? "")?.cutover.container;
    const aliased = isAliased(entry, services, hasEdge);
    const replica = (slot: number, after: readonly Ready[]) =>
      new Cutover(
        names.replica(name, slot),
        {
          entry,
          slot,
          host,
          container: {
            image: args.image.ref,
            secretLine: (variable, secret) => pulumi.interpolate`${variable}=${args.secrets[secret] ?? ""}`,
            volumeName: (source) => volumes.get(source) ?? source,
            files: files?.mounted,
            behindOwnProxy:
              !route && (entry.http !== undefined || Object.keys(entry.labels ?? {}).length > 0),
            networks: networkPlaces(entry, services, hasEdge).map(({ network, ...place }) => ({
              name: args.shared.networks.get(network) ?? network,
              ...place,
            })),
            networkMode: owner ? pulumi.interpolate`container:${owner.id}` : entry.networkMode,
            // Calls between services go through the edge, so that they too survive a roll.
            hosts: owner
              ? []
              : calledThroughEdge(entry, services, hasEdge).map((used) => ({
                  ...{ host: used, ip: host.subnet.edge },
                })),
          },
          order: updateOrder(entry, aliased),
          ...(ownerName !== undefined && {
            outage: `rolled with ${ownerName}, whose network it has, and does not answer meanwhile`,
          }),
          restartAfter: restartsAfter(entry).flatMap((other) => args.before.get(other)?.containers ?? []),
          route,
          edge: settings.edge?.own ? undefined : settings.edge?.owner,
          files: files?.command,
          after,
        },
        { parent: this },
      );
    this.cutover = replica(0, [
      ...(args.edge ? [args.edge] : []),
      ...[...args.before.values()].map(({ cutover }) => cutover),
    ]);
    this.containers = [this.cutover.container];
    for (let slot = 1; slot < (entry.replicas ?? 1); slot++) {
      this.cutover = replica(slot, [this.cutover]);
      this.containers.push(this.cutover.container);
    }
    void this.announceOpenings();
  }

  /** Says in a preview what its containers open, once for all, where one is made anew. */
  private async announceOpenings(): Promise<void> {
    const open = openings(this.entry);
    if (!pulumi.runtime.isDryRun() || !open.length) return;
    const known = await Promise.all(this.containers.map(isMade));
    if (!known.every(Boolean)) await pulumi.log.info(`open: ${open.join("; ")}`, this);
  }
}
