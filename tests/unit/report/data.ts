import type { Build } from "../../../model/metrics/builds.ts";
import type { UpdateMetrics } from "../../../model/metrics/update-metrics.ts";
import type { Change, Release } from "../../../model/history/releases.ts";
import type { ReportData, ReportService } from "../../../report/data.ts";

/** A stack of which nothing is known yet, but what is said. */
export function reportData(more: Partial<ReportData> = {}): ReportData {
  return {
    project: "slipway",
    stack: "dev",
    written: "2026-05-04T12:00:00.000Z",
    hosts: [],
    live: [],
    releases: [],
    olderUpdates: 0,
    metrics: [],
    sizes: {},
    registry: { name: "ghcr.io", problem: "" },
    gap: "",
    ...more,
  };
}

export function update(more: Partial<UpdateMetrics> = {}): UpdateMetrics {
  return {
    started: "2026-05-04T10:00:00.000Z",
    outcome: "succeeded",
    seconds: 10,
    changes: { update: 1 },
    builds: [],
    ...more,
  };
}

export function build(more: Partial<Build> = {}): Build {
  return {
    image: "web",
    seconds: 5,
    steps: 10,
    cachedSteps: 9,
    outcome: "pushed",
    refused: false,
    ...more,
  };
}

export function change(more: Partial<Change> = {}): Change {
  return { service: "web", outcome: "rolled", pinned: false, answering: [], live: false, ...more };
}

export function release(more: Partial<Release> = {}): Release {
  return { number: 1, kind: "update", result: "succeeded", started: "2026-05-04T10:00:00.000Z", ...more };
}

export function service(name: string, more: Partial<ReportService> = {}): ReportService {
  return { name, replicas: 1, http: false, uses: [], ...more };
}
