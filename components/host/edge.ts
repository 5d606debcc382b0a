import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { EdgeSettings } from "../../settings/edge.ts";
import { edgeArguments, edgeEntrypoint, inside } from "../../model/edge/traefik.ts";
import { EDGE_SERVICE } from "../../model/container/labels.ts";
import { names } from "../../model/rollout/resource-names.ts";
import { TYPES } from "../../model/state/types.ts";
import { EDGE_FILE_FILES, edgeFileInput } from "../../host/scripts/edge-file.ts";
import { scriptEnvironment, scriptOn } from "../../host/ssh.ts";
import { Cutover } from "../service/cutover.ts";
import type { Host } from "./host.ts";

/** Where the edge runs, and how it answers. */
export interface EdgeArgs {
  host: Host;
  edge: EdgeSettings;
}

/**
 * The reverse proxy of a host, Traefik v3. It reads one route file per service from a volume, has no Docker
 * socket, and its own API answers inside the container only.
 */
export class Edge extends pulumi.ComponentResource {
  readonly cutover: Cutover;

  constructor(name: string, { host, edge }: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPES.edge, name, {}, opts);
    const { https } = edge;
    const own = { parent: this, provider: host.provider };
    const routes = new docker.Volume(names.edgeRoutes(name), {}, own);
    // The ACME account and the certificates: servers grant few of the same in a week.
    const acme = https?.acme && new docker.Volume(names.edgeAcme(name), {}, own);
    this.cutover = new Cutover(
      name,
      {
        entry: {
          name: EDGE_SERVICE,
          command: edgeArguments(edge),
          secrets: Object.fromEntries(Object.keys(edge.variables).map((variable) => [variable, variable])),
          ports: [
            { published: edge.port, target: inside.httpPort },
            ...(https ? [{ published: https.port, target: inside.httpsPort }] : []),
          ],
          volumes: [
            { source: "routes", target: inside.routes },
            ...(acme ? [{ source: "acme", target: inside.acme }] : []),
          ],
          health: { command: ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/api/version"] },
        },
        host,
        container: {
          image: edge.image,
          secretLine: (variable) => pulumi.interpolate`${variable}=${edge.variables[variable] ?? ""}`,
          volumeName: (source) => (source === "acme" && acme ? acme : routes).name,
          network: { name: host.networkName, ipv4Address: host.edgeIp },
          own: {
            // The cutovers write routes as the container's own user, into a volume that is root's when it is new.
            user: "0:0",
            capabilities: { drops: ["ALL"] },
            entrypoints: edgeEntrypoint,
            uploads: https?.acme?.serverCa
              ? [{ file: inside.acmeCa, content: https.acme.serverCa }]
              : undefined,
            // Every request is a connection of its own to a container (model/edge/route.ts), and each keeps its port for
            // a minute after its end: from the usual 28,000 ports, 470 requests a second would use up all.
            sysctls: { "net.ipv4.tcp_tw_reuse": "1", "net.ipv4.ip_local_port_range": "1024 65535" },
          },
        },
        order: "stop-first",
        outage: "the host's public ports are closed for about a second",
        after: [],
      },
      { parent: this },
    );
    if (https?.certificate)
      this.deliver(names.edgeCertificate(name), host, routes, https.certificate, edge.certificateKey);
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
        file: "edge.certificate.yml",
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
        environment: { ...scriptEnvironment(host.address), ROUTES: routes.name },
        stdin: pulumi.secret(variables),
        addPreviousOutputInEnv: false,
      },
      { parent: this, dependsOn: [this.cutover.command], additionalSecretOutputs: ["stdin"] },
    );
  }
}
