import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { EdgeSettings, OwnEdge } from "../../settings/edge.ts";
import { edgeCommand, edgeEntrypoint, inside, ownFiles } from "../../model/edge/traefik.ts";
import { EDGE_SERVICE } from "../../model/container/labels.ts";
import { names } from "../../model/rollout/resource-names.ts";
import { TYPES } from "../../model/state/types.ts";
import { EDGE_FILE_FILES, edgeFileInput } from "../../host/scripts/edge-file.ts";
import { scriptEnvironment, scriptOn } from "../../host/ssh.ts";
import { markOf } from "../program/marks.ts";
import { Cutover, type Ready } from "../service/cutover.ts";
import type { Host } from "./host.ts";
import { SharedEdge } from "./shared-edge.ts";

/** Where the edge runs, and how it answers. */
export interface EdgeArgs {
  host: Host;
  edge: EdgeSettings;
  own: OwnEdge;
}

/** What services on the host are reached through: an edge of this stack's own, or another stack's. */
export function edgeOn(name: string, host: Host, edge: EdgeSettings): Ready {
  const { own, owner } = edge;
  return own ? new Edge(name, { host, edge, own }).cutover : new SharedEdge(name, { host, owner });
}

/**
 * The reverse proxy of a host, Traefik v3. It reads one route file per service from a volume, has no Docker
 * socket, and its own API answers inside the container only.
 */
export class Edge extends pulumi.ComponentResource {
  readonly cutover: Cutover;

  constructor(name: string, { host, edge, own }: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPES.edge, name, {}, opts);
    const { https } = edge;
    const options = { parent: this, provider: host.provider };
    const routes = new docker.Volume(names.edgeRoutes(name), {}, options);
    // The ACME account and the certificates: servers grant few of the same in a week.
    const acme = https?.acme && new docker.Volume(names.edgeAcme(name), {}, options);
    this.cutover = new Cutover(
      name,
      {
        entry: {
          name: EDGE_SERVICE,
          command: edgeCommand(edge),
          secrets: Object.fromEntries(Object.keys(own.variables).map((variable) => [variable, variable])),
          ports: [
            { published: edge.port, target: inside.httpPort },
            ...(https ? [{ published: https.port, target: inside.httpsPort }] : []),
          ],
          volumes: [
            { source: "routes", target: inside.routes },
            ...(acme ? [{ source: "acme", target: inside.acme }] : []),
          ],
          // The cutovers write routes as the container's own user, into a volume that is root's when it is new.
          user: "0:0",
          capDrop: ["ALL"],
          entrypoint: edgeEntrypoint,
          readOnly: true,
          tmpfs: [{ target: "/tmp" }],
          securityOpt: ["no-new-privileges"],
          // Every request is a connection of its own to a container (model/edge/route.ts), and each keeps its port for
          // a minute after its end: from the usual 28,000 ports, 470 requests a second would use up all.
          sysctls: {
            ...(host.features.portReuse && { "net.ipv4.tcp_tw_reuse": "1" }),
            "net.ipv4.ip_local_port_range": "1024 65535",
          },
          // The name of a container that has ended is asked of the host's own name servers, and all requests for the
          // service wait for their answer, also those after its start. Where none answers that took 10 s.
          dnsOpt: ["timeout:1", "attempts:2"],
          health: { command: ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/api/version"] },
        },
        host,
        container: {
          image: own.image,
          secretLine: (variable) => pulumi.interpolate`${variable}=${own.variables[variable] ?? ""}`,
          volumeName: (source) => (source === "acme" && acme ? acme : routes).name,
          networks: [{ name: host.networkName, ipv4Address: host.subnet.edge }],
        },
        order: "stop-first",
        outage: "the host's public ports are closed for about a second",
        after: [],
      },
      { parent: this },
    );
    if (https?.certificate)
      this.deliver(names.edgeCertificate(name), host, routes, https.certificate, own.certificateKey);
  }

  /** Gives the edge a certificate for every name, as a file that it takes over while it runs. */
  private deliver(
    name: string,
    host: Host,
    routes: docker.Volume,
    certificate: string,
    key: pulumi.Output<string> | undefined,
  ): command.local.Command {
    const variables = pulumi.output(key).apply((keyFile) =>
      edgeFileInput({
        project: pulumi.getProject(),
        stack: pulumi.getStack(),
        file: ownFiles.certificate,
        content: JSON.stringify({
          tls: { stores: { default: { defaultCertificate: { certFile: certificate, keyFile } } } },
        }),
      }),
    );
    return new command.local.Command(
      name,
      {
        create: scriptOn(host.address, EDGE_FILE_FILES, "write"),
        delete: scriptOn(host.address, EDGE_FILE_FILES, "remove"),
        // With another volume it is delivered again.
        environment: { ...scriptEnvironment(host.address), ROUTES: routes.name, ...markOf(name) },
        stdin: pulumi.secret(variables),
        addPreviousOutputInEnv: false,
      },
      { parent: this, dependsOn: [this.cutover.command], additionalSecretOutputs: ["stdin"] },
    );
  }
}
