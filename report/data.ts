import type { PullLimit } from "../model/image/pull-limit.ts";
import type { PlatformSize } from "../model/image/size.ts";
import type { UpdateMetrics } from "../model/metrics/update-metrics.ts";
import type { Live } from "../model/history/live.ts";
import type { Release } from "../model/history/releases.ts";

/** All that the page of `slipway report` shows. */
export interface ReportData {
  project: string;
  stack: string;
  /** When it was gathered, as ISO 8601 has it. */
  written: string;
  hosts: ReportHost[];
  /** What answers now. */
  live: Live[];
  /** Newest first. */
  releases: Release[];
  /** How many updates before those are left out. */
  olderUpdates: number;
  /** Oldest first. */
  metrics: UpdateMetrics[];
  /** What images weigh, by digest, as far as the registry or an earlier question told. */
  sizes: Readonly<Record<string, readonly PlatformSize[]>>;
  registry: RegistryFacts;
  /** What the stack's backend does not give out; empty if nothing. */
  gap: string;
}

/** A host with what the last update deployed there. */
export interface ReportHost {
  name: string;
  address: string;
  hasEdge: boolean;
  services: ReportService[];
}

/** A service as it is deployed. */
export interface ReportService {
  name: string;
  replicas: number;
  /** Whether the edge leads to it. */
  http: boolean;
  uses: readonly string[];
}

/** What the stack's registry said. */
export interface RegistryFacts {
  name: string;
  pullLimit?: PullLimit | undefined;
  /** Why it could not be asked; empty if it could. */
  problem: string;
}
