import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UserError } from "../model/errors.ts";
import { pulumi } from "./pulumi.ts";

/** A host as the state knows it. */
export interface DeployedHost {
  name: string;
  /** `ssh://…` or `unix://…` */
  address: string;
  sshOptions: string[];
}

/** What the state knows of a stack. */
export interface Deployed {
  project: string;
  stack: string;
  hosts: DeployedHost[];
  /** Ids of all containers, those that wait for their deletion too. */
  containers: string[];
  /** Whether a `pulumi` was killed while it created something. */
  interrupted: boolean;
}

interface Export {
  deployment: {
    resources?: { urn: string; type: string; id?: string; inputs?: Record<string, string> }[];
    pending_operations?: { type: string }[];
  };
}

/**
 * Reads the selected stack's state.
 * @throws UserError where pulumi cannot
 */
export async function deployed(): Promise<Deployed> {
  const { code, stdout, stderr } = await pulumi(["stack", "export"]);
  if (code !== 0) throw new UserError(stderr.trim());
  const { resources = [], pending_operations: pending = [] } = (JSON.parse(stdout) as Export).deployment;
  const [, stack = "", project = ""] = (resources[0]?.urn ?? "").split(":").filter(Boolean).slice(1);
  const nameOf = (urn: string) => urn.slice(urn.lastIndexOf("::") + 2);
  return {
    project,
    stack,
    hosts: resources
      .filter(({ type }) => type === "pulumi:providers:docker")
      .map(({ urn, inputs }) => ({
        name: nameOf(urn),
        address: inputs?.host ?? "",
        // A provider's lists are kept as JSON.
        sshOptions: JSON.parse(inputs?.sshOpts ?? "[]") as string[],
      })),
    containers: resources.flatMap(({ type, id }) =>
      type === "docker:index/container:Container" && id ? [id] : [],
    ),
    interrupted: pending.some(({ type }) => type === "creating"),
  };
}

/**
 * Runs `docker` on a host, over the connection that deployments share.
 * @throws Error with what docker or ssh said
 */
export async function dockerOn({ address, sshOptions }: DeployedHost, args: string[]): Promise<string> {
  const words = address.startsWith("ssh://")
    ? ["ssh", ...sshOptions, address, "docker", ...args]
    : ["docker", "--host", address, ...args];
  const { stdout } = await promisify(execFile)(words[0] ?? "", words.slice(1));
  return stdout;
}
