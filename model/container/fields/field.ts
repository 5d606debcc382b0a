import type { ContainerArgs } from "@pulumi/docker";
import type { Input, UnwrappedObject } from "@pulumi/pulumi";
import type { Hook } from "../../catalogue/rollout.ts";
import type { Service } from "../../catalogue/service.ts";
import type { HostFeatures } from "../../host/features.ts";
import type { ImageConfig, Inspected } from "../inspect.ts";
import type { Facts } from "./facts.ts";

/** Files that are mounted one by one out of a volume. */
export interface MountedFiles {
  /** The volume's name on the host. */
  volume: Input<string>;
  /** Where each is on the host, and in the container. */
  files: readonly { path: Input<string>; target: string }[];
}

/** What a container is made from. */
export interface ContainerSource {
  project: string;
  stack: string;
  /** The replica's number, or what else the container is for. */
  slot: string;
  /** What the stack calls its host. */
  host: string;
  /** Whether its host has IPv6. @default false */
  ipv6?: boolean;
  /** Whether a reverse proxy of one's own stands before it, which may go by Docker's health. */
  behindOwnProxy?: boolean;
  /** What services.ts has of it; for the edge what it would have. */
  entry: Service;
  /** A command that runs to its end in a container of its own, in place of the service's. */
  job?: Hook | undefined;
  image: Input<string>;
  /** `VARIABLE=value` for a variable whose value is the secret of this name. */
  secretLine: (variable: string, secret: string) => Input<string>;
  /** The name on the host of a volume of the entry. */
  volumeName: (source: string) => Input<string>;
  files?: MountedFiles | undefined;
  /** Its places in Docker's networks; none where `networkMode` is set. */
  networks: readonly {
    name: Input<string>;
    aliases?: string[] | undefined;
    ipv4Address?: string | undefined;
    ipv6Address?: string | undefined;
  }[];
  /** "host", "none" or "container:<id>". */
  networkMode?: Input<string> | undefined;
  /** Names that lead to an address of the network. */
  hosts?: { host: string; ip: string }[];
  /** What its host's kernel and engine can do. @default all */
  features?: HostFeatures;
}

/** A container's inputs as the state has them; any may be missing. */
export type ContainerInputs = Partial<UnwrappedObject<ContainerArgs>>;

/** How a property of a container that is there is compared with what it was made of. */
export interface Comparison {
  /** What people call it; where there are several, what stands before their names. */
  label: string;
  desired: (inputs: ContainerInputs, image: ImageConfig) => Facts;
  actual: (inspected: Inspected) => Facts;
  /** Whether the image gives what is not set. */
  fromImage?: boolean;
  /** Whether it may have more than it was made of. */
  open?: (inspected: Inspected) => boolean;
  /** Whether values may be shown: none can be a secret. */
  shown?: boolean;
}

interface FieldOf<Key extends keyof ContainerArgs> {
  /** What the Docker plugin calls it. */
  input: Key;
  /** The keys of an entry of services.ts that it follows from; none where all containers have the same. */
  catalogue: readonly (keyof Service)[];
  /** The keys of a Compose service that mean the same. */
  compose: readonly string[];
  /** Its value in a new container; none for what nothing sets, or the edge alone. */
  make?: (source: ContainerSource) => ContainerArgs[Key];
  /** Whether the plugin takes a change of it for done without doing it (seen with 5.2.0). */
  ignoredOnChange?: boolean;
  /** Whether the plugin leaves what was set as it was once it is set no more: to Terraform it is "computed" then. */
  keptWhenUnset?: boolean;
  /** None where `docker inspect` does not show it. */
  compare?: Comparison;
}

/** A property of a container: how it is made, and how it is compared. */
export type Field = { [Key in keyof ContainerArgs]-?: FieldOf<Key> }[keyof ContainerArgs];
