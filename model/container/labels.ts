/** What all of them begin with; no label of the catalogue may. */
export const LABEL_PREFIX = "slipway.";

/** The labels by which Slipway knows what it made on a host. Scripts on the host spell the same names. */
export const LABELS = {
  project: "slipway.project",
  stack: "slipway.stack",
  service: "slipway.service",
  /** The replica's number, or what else the container is for: "pre-deploy". */
  slot: "slipway.slot",
  /** What the stack calls the host. */
  host: "slipway.host",
  /** What of it services.ts sets, of what the plugin would keep once it is set no more. */
  sets: "slipway.sets",
  /** "yes" of a container that ends by itself, and has taken over when it has ended with 0. */
  ends: "slipway.ends",
  /** Of a volume: its name in the catalogue. */
  volume: "slipway.volume",
  /** Of a volume that holds no data, but files that an update makes again: "none". */
  data: "slipway.data",
  /** Of a network of the catalogue's: its name there. */
  network: "slipway.network",
  /** Of a network: `project/stack` of another stack whose edge is to be in it, and that edge's address there. */
  edge: "slipway.edge",
  edgeAddress: "slipway.edge-address",
} as const;

/** A label as the Docker plugin takes it. */
export interface LabelInput {
  label: string;
  value: string;
}

export function labelInputs(labels: Readonly<Record<string, string>>): LabelInput[] {
  return Object.entries(labels).map(([label, value]) => ({ label, value }));
}

/** What the service label of an edge's container holds; no service of the catalogue may be named so. */
export const EDGE_SERVICE = "edge";

/** A stack, as labels name it. */
export interface LabelledStack {
  project: string;
  stack: string;
}

/** As settings and scripts name it: `project/stack`. */
export function stackName({ project, stack }: LabelledStack): string {
  return `${project}/${stack}`;
}

/** The words by which docker lists what a stack has on a host: `--filter label=…`. */
export function labelFilters({ project, stack }: LabelledStack): string[] {
  return ["--filter", `label=${LABELS.project}=${project}`, "--filter", `label=${LABELS.stack}=${stack}`];
}
