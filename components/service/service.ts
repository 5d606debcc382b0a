import * as pulumi from "@pulumi/pulumi";
import type * as catalogue from "../../model/catalogue/service.ts";
import { names } from "../../model/rollout/resource-names.ts";
import { updateOrder } from "../../model/rollout/order.ts";
import { TYPES } from "../../model/state/types.ts";
import { Cutover, type Ready } from "./cutover.ts";
import type { Settings } from "../../settings/load.ts";
import type { Host } from "../host/host.ts";
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
  /** The services it uses, healthy before it starts. */
  uses: readonly Service[];
  /** Whether services reach it by network alias, having no http or no edge. */
  aliased: boolean;
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
  /** Where it answers from outside: at its first host name, or at the host itself; nowhere without http. */
  readonly url: string | undefined;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    // The entry is an input, so that every checkpoint of the history holds what was declared.
    super(TYPES.service, name, { ...args.entry }, opts);
    const { entry, host, settings } = args;
    this.entry = entry;
    const route = routeFor(entry, host, settings, args.secrets);
    this.url = route?.url;
    const volumes = new Map(
      entry.volumes?.map((volume) => [
        volume.source,
        keptVolume(name, volume, { parent: this, provider: host.provider }).name,
      ]),
    );
    const files = filesOn(host, entry, args.secrets, this);
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
            network: { name: host.networkName, aliases: args.aliased ? [entry.name] : undefined },
            // Calls between services go through the edge, so that they too survive a roll.
            hosts: args.uses
              .filter(({ entry: used }) => used.http && args.edge)
              .map(({ entry: used }) => ({ host: used.name, ip: host.subnet.edge })),
          },
          order: updateOrder(entry, args.aliased),
          route,
          edge: settings.edge?.own ? undefined : settings.edge?.owner,
          files: files?.command,
          after,
        },
        { parent: this },
      );
    this.cutover = replica(0, [
      ...(args.edge ? [args.edge] : []),
      ...args.uses.map(({ cutover }) => cutover),
    ]);
    for (let slot = 1; slot < (entry.replicas ?? 1); slot++) this.cutover = replica(slot, [this.cutover]);
  }
}
