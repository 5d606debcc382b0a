import type { Service } from "../catalogue/service.ts";
import type { Stated } from "./drift.ts";
import type { HostAddress } from "../host/address.ts";
import { type StateResource, nameIn } from "./resources.ts";
import type { ContainerInputs } from "../container/diff.ts";
import { type Deployment, readState } from "../../stack/state.ts";

/** A service as it is deployed. */
export interface DeployedService {
  /** What services.ts said of it at the last update, defaults not filled in. */
  entry: Service;
  /** Where its containers are. */
  hosts: HostAddress[];
  /** Its volumes' names on the host, by those in services.ts. */
  volumes: Map<string, string>;
}

/** What a stack's state says of its fleet. */
export interface Deployed {
  project: string;
  stack: string;
  services: DeployedService[];
  hosts: HostAddress[];
  /** The hosts that have an edge of this stack. */
  edges: HostAddress[];
  /** All containers, jobs' and those that wait for their deletion too. */
  containers: Stated[];
  /** Whether a `pulumi` was killed while it created something. */
  interrupted: boolean;
}

/**
 * What the selected stack has deployed, or the one named.
 * @throws UserError with what pulumi says where there is no such stack
 */
export async function readDeployed(stack?: string): Promise<Deployed> {
  return deployedIn(await readState(stack));
}

/** Services, edges and where they are. */
export function deployedIn({ resources = [], pending_operations: pending = [] }: Deployment): Deployed {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const above = (resource: StateResource, types: readonly string[]): StateResource | undefined => {
    const parent = byUrn.get(resource.parent ?? "");
    return parent && (types.includes(parent.type) ? parent : above(parent, types));
  };
  const hostOf = (container: StateResource): HostAddress | undefined => {
    const provider = byUrn.get(container.provider?.replace(/::[^:]*$/, "") ?? "");
    return provider && (above(provider, ["slipway:index:Host"])?.inputs as HostAddress | undefined);
  };
  const hosts = resources.flatMap(({ type, inputs }) =>
    type === "slipway:index:Host" ? [inputs as HostAddress] : [],
  );
  const containers = resources.filter(({ type }) => type === "docker:index/container:Container");
  const services = new Map<string, DeployedService>();
  for (const { type, urn, inputs } of resources) {
    if (type === "slipway:index:Service")
      services.set(urn, { entry: inputs as Service, hosts: [], volumes: new Map() });
  }
  for (const { type, id, urn, parent = "", delete: leaving } of resources) {
    const service = services.get(parent);
    if (type !== "docker:index/volume:Volume" || !service || !id || leaving) continue;
    service.volumes.set(nameIn(urn).slice(service.entry.name.length + 1), id);
  }
  const edges = new Map<string, HostAddress>();
  for (const container of containers.filter((resource) => !resource.delete)) {
    const owner = above(container, ["slipway:index:Service", "slipway:index:Edge"]);
    const host = hostOf(container);
    if (!owner || !host) continue;
    if (owner.type === "slipway:index:Edge") edges.set(host.name, host);
    const found = services.get(owner.urn)?.hosts;
    if (found && !found.some(({ name }) => name === host.name)) found.push(host);
  }
  const [, , stack = "", , project = ""] = resources[0]?.urn.split(":") ?? [];
  return {
    project,
    stack,
    services: [...services.values()],
    hosts,
    edges: [...edges.values()],
    containers: containers.flatMap((container) => stated(container, hostOf(container)?.name ?? "")),
    interrupted: pending.some(({ type }) => type === "creating"),
  };
}

function stated({ id, inputs = {}, delete: leaving = false }: StateResource, host: string): Stated[] {
  if (!id) return [];
  const { labels = [] } = inputs as ContainerInputs;
  const label = (name: string) => labels.find((one) => one.label === `slipway.${name}`)?.value ?? "";
  return [{ id, host, service: label("service"), slot: label("slot"), leaving, inputs }];
}
