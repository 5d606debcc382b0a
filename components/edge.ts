import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../config.ts";
import { Cutover } from "./cutover.ts";
import type { Host } from "./host.ts";

/** Where the edge runs. */
export interface EdgeArgs {
  host: Host;
  settings: Settings;
}

/**
 * The reverse proxy of a host, Traefik v3. It reads one route file per service from a volume, has no Docker
 * socket, and its own API answers inside the container only.
 * Source of the arguments: https://doc.traefik.io/traefik/reference/static-configuration/cli/
 */
export class Edge extends pulumi.ComponentResource {
  readonly cutover: Cutover;

  constructor(name: string, { host, settings }: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:Edge", name, {}, opts);
    const routes = new docker.Volume(`${name}-routes`, {}, { parent: this, provider: host.provider });
    this.cutover = new Cutover(
      name,
      {
        service: "edge",
        host,
        container: {
          image: settings.edgeImage,
          // The cutovers write routes as the container's own user, into a volume that is root's when it is new.
          user: "0:0",
          capabilities: { drops: ["ALL"] },
          command: [
            // What is published, and what only the fleet's network reaches: a forged Host header from outside
            // finds no internal route.
            "--entryPoints.public.address=:8000",
            "--entryPoints.internal.address=:80",
            "--entryPoints.traefik.address=127.0.0.1:8080",
            "--api.insecure=true",
            "--api.dashboard=false",
            "--providers.file.directory=/routes",
            "--providers.file.watch=true",
            // Its default of 2 s is added to every roll.
            "--providers.providersThrottleDuration=100ms",
            "--global.checkNewVersion=false",
            "--global.sendAnonymousUsage=false",
            "--log.level=WARN",
          ],
          networksAdvanced: [{ name: host.network.name, ipv4Address: host.edgeIp }],
          ports: [{ external: settings.edgePort, internal: 8000 }],
          volumes: [{ volumeName: routes.name, containerPath: "/routes" }],
        },
        order: "stop-first",
        outage: "the host's public ports are closed for about a second",
        health: { command: ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/api/version"] },
        after: [],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
