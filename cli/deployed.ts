import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Service } from "../model/catalogue.ts";
import { UserError } from "../model/errors.ts";
import type { HostAddress } from "../model/hosts.ts";
import { paths } from "./paths.ts";

/** What of a resource in a stack's state is read here. */
export interface StateResource {
  urn: string;
  type: string;
  parent?: string;
  /** URN and id of its provider. */
  provider?: string;
  /** Whether it only waits for its removal. */
  delete?: boolean;
  inputs?: object;
}

/** A service as it is deployed. */
export interface DeployedService {
  /** What services.ts said of it at the last update, defaults not filled in. */
  entry: Service;
  /** Where its containers are. */
  hosts: HostAddress[];
}

/** What a stack's state says of its fleet. */
export interface Deployed {
  project: string;
  stack: string;
  services: DeployedService[];
  /** The hosts that have an edge of this stack. */
  edges: HostAddress[];
}

/**
 * What the selected stack has deployed, or the one named. Asked of `pulumi stack export` itself, because the
 * Automation API's export decrypts every secret, for which it would need the passphrase.
 * @throws UserError with what pulumi says where there is no such stack
 */
export async function readDeployed(stack?: string): Promise<Deployed> {
  const args = ["stack", "export", ...(stack === undefined ? [] : ["--stack", stack])];
  const run = promisify(execFile)("pulumi", args, { cwd: paths.project, maxBuffer: 2 ** 30 });
  const { stdout } = await run.catch((error: unknown) => {
    const { code, stderr = "" } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT")
      throw new UserError('pulumi: not found on PATH; for the lab\'s: eval "$(npx slipway lab env)"');
    throw new UserError(`stack: cannot be read: ${stderr.trim().replace(/^error: /, "")}`);
  });
  const { deployment } = JSON.parse(stdout) as { deployment: { resources?: StateResource[] } };
  return deployedIn(deployment.resources ?? []);
}

/** Services, edges and where they are, from the resources of a state. */
export function deployedIn(resources: readonly StateResource[]): Deployed {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const above = (resource: StateResource, types: readonly string[]): StateResource | undefined => {
    const parent = byUrn.get(resource.parent ?? "");
    return parent && (types.includes(parent.type) ? parent : above(parent, types));
  };
  const hostOf = (container: StateResource): HostAddress | undefined => {
    const provider = byUrn.get(container.provider?.replace(/::[^:]*$/, "") ?? "");
    return provider && (above(provider, ["slipway:index:Host"])?.inputs as HostAddress | undefined);
  };
  const services = new Map<string, DeployedService>();
  const edges = new Map<string, HostAddress>();
  for (const resource of resources) {
    if (resource.type === "slipway:index:Service")
      services.set(resource.urn, { entry: resource.inputs as Service, hosts: [] });
    if (resource.type !== "docker:index/container:Container" || resource.delete) continue;
    const owner = above(resource, ["slipway:index:Service", "slipway:index:Edge"]);
    const host = hostOf(resource);
    if (!owner || !host) continue;
    if (owner.type === "slipway:index:Edge") edges.set(host.name, host);
    const hosts = services.get(owner.urn)?.hosts;
    if (hosts && !hosts.some(({ name }) => name === host.name)) hosts.push(host);
  }
  const [, , stack = "", , project = ""] = resources[0]?.urn.split(":") ?? [];
  return { project, stack, services: [...services.values()], edges: [...edges.values()] };
}
