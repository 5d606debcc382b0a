import type { Build } from "../model/metrics/builds.ts";
import { type Layer, total } from "../model/image/size.ts";
import { type UpdateMetrics, heaviest } from "../model/metrics/update-metrics.ts";
import type { Release } from "../model/history/releases.ts";
import { showSize } from "../lib/size.ts";
import { median, sum } from "../lib/statistics.ts";
import type { ReportData } from "./data.ts";
import { plural } from "../lib/text.ts";
import { formatDay } from "../lib/time.ts";
import { duration, percent } from "./format.ts";
import { digestOf } from "../model/image/reference.ts";

/** A figure that tells how well things go. */
export interface Figure {
  name: string;
  /** "not known" where nothing tells it. */
  value: string;
  /** Empty where none is set. */
  target: string;
  verdict: "met" | "missed" | "none" | "not known";
  /** What it was counted over; where it is not known, why, and how to come to know it. */
  over: string;
}

type Measurement = Pick<Figure, "value" | "over"> & { met?: boolean };

/** All figures, in the order they are shown. */
export function figures(data: ReportData): Figure[] {
  const deployments = data.metrics.filter(isDeployment);
  const builds = data.metrics.flatMap((update) => update.builds);
  const noBuild = "no build is recorded; run `slipway up` or `slipway report` on the machine that builds";
  return [
    figure("Deployments that succeed", "over 95 %", successRate(deployments, data.releases), "no update yet"),
    figure("Pushes that succeed", "over 99 %", pushRate(builds, data), noBuild),
    figure("Logins a registry refused", "none", refusals(builds, data), noBuild),
    figure("Time of a build", "under 10 min", buildTime(builds, data), noBuild),
    figure("Build steps from a cache", "over 80 %", hitRate(builds, data), noBuild),
    figure("Heaviest image", "under 500 MB", heaviestImage(data), unasked(data)),
    figure("Kept in the registry", "under 10 GB", storage(data), unasked(data)),
    figure("Pulls left", "", headroom(data), noLimit(data)),
    figure("Time of a deployment", "", deployTime(deployments), "no update has changed anything yet"),
  ];
}

function figure(name: string, target: string, measured: Measurement | undefined, why: string): Figure {
  if (!measured) return { name, value: "not known", target, verdict: "not known", over: why };
  const { value, over, met } = measured;
  return { name, value, target, verdict: met === undefined ? "none" : met ? "met" : "missed", over };
}

/** Whether it changed something, or failed at it. */
export function isDeployment({ outcome, changes }: UpdateMetrics): boolean {
  return outcome !== "succeeded" || Object.keys(changes).some((kind) => kind !== "same");
}

function successRate(
  deployments: readonly UpdateMetrics[],
  releases: readonly Release[],
): Measurement | undefined {
  const lost = releases.filter(
    ({ result, started = "" }) =>
      result === "interrupted" && !deployments.some((update) => isDuring(update, started)),
  ).length;
  const all = deployments.length + lost;
  if (!all) return undefined;
  const good = deployments.filter(({ outcome }) => outcome === "succeeded").length;
  const without = lost ? `; ${lost} interrupted or still under way` : "";
  return {
    value: percent(good / all),
    met: good / all > 0.95,
    over: `${good} of ${plural(all, "update")} that had something to do, ${span(deployments)}${without}`,
  };
}

function isDuring({ started, seconds }: UpdateMetrics, time: string): boolean {
  const [from, at] = [Date.parse(started), Date.parse(time)];
  return at >= from && at <= from + (seconds + 1) * 1000;
}

function pushRate(builds: readonly Build[], data: ReportData): Measurement | undefined {
  const tried = builds.filter(({ outcome }) => outcome !== "not built");
  if (!tried.length) return undefined;
  const share = tried.filter(({ outcome }) => outcome === "pushed").length / tried.length;
  return {
    value: percent(share),
    met: share > 0.99,
    over: `${plural(tried.length, "image")} pushed, ${spanOfBuilds(data)}`,
  };
}

function refusals(builds: readonly Build[], data: ReportData): Measurement | undefined {
  if (!builds.length) return undefined;
  const count = builds.filter(({ refused }) => refused).length;
  return {
    value: String(count),
    met: count === 0,
    over: `in ${plural(builds.length, "build")}, ${spanOfBuilds(data)}; those of hosts' pulls nobody records`,
  };
}

function buildTime(builds: readonly Build[], data: ReportData): Measurement | undefined {
  const slowest = builds.toSorted((a, b) => b.seconds - a.seconds)[0];
  if (!slowest) return undefined;
  return {
    value: `${duration(median(builds.map(({ seconds }) => seconds)))} median`,
    met: slowest.seconds < 600,
    over: `slowest ${slowest.image}, ${duration(slowest.seconds)}; ${plural(builds.length, "build")}, ${spanOfBuilds(data)}`,
  };
}

function hitRate(builds: readonly Build[], data: ReportData): Measurement | undefined {
  const steps = sum(builds.map((build) => build.steps));
  if (!steps) return undefined;
  const hits = sum(builds.map(({ cachedSteps }) => cachedSteps));
  return {
    value: percent(hits / steps),
    met: hits / steps > 0.8,
    over: `${hits} of ${plural(steps, "step")} in ${plural(builds.length, "build")}, ${spanOfBuilds(data)}`,
  };
}

function heaviestImage({ live, sizes }: ReportData): Measurement | undefined {
  const images = live.flatMap(({ service, answering }) =>
    answering.map((image) => ({ service, size: heaviest(sizes[digestOf(image) ?? ""]) })),
  );
  const known = images.flatMap(({ service, size }) => (size ? [{ service, bytes: total(size) }] : []));
  const most = known.toSorted((a, b) => b.bytes - a.bytes)[0];
  if (!most) return undefined;
  const unknown = images.length - known.length;
  return {
    value: showSize(most.bytes),
    met: most.bytes < 500e6,
    over: `${most.service}; ${plural(known.length, "image")} that run now, compressed, for one platform${unknown ? `; of ${unknown} it is not known` : ""}`,
  };
}

function storage({ sizes }: ReportData): Measurement | undefined {
  const images = Object.values(sizes);
  const layers = new Map<string, Layer>();
  for (const layer of images.flat().flatMap((size) => size.layers)) layers.set(layer.digest, layer);
  if (!layers.size) return undefined;
  const bytes = sum([...layers.values()].map(({ size }) => size));
  return {
    value: `at least ${showSize(bytes)}`,
    // More is kept than is known here, so only too much is sure.
    ...(bytes >= 10e9 && { met: false }),
    over: `the layers of ${plural(images.length, "image")} that this stack rolled out, each once; caches and other images are not counted`,
  };
}

function headroom({ registry: { name, pullLimit } }: ReportData): Measurement | undefined {
  if (!pullLimit) return undefined;
  const { remaining, limit, windowSeconds } = pullLimit;
  const window = windowSeconds ? ` in ${duration(windowSeconds)}` : "";
  return {
    value: `${remaining} of ${limit}`,
    over: `${name} to this machine, when this was written${window}`,
  };
}

function deployTime(deployments: readonly UpdateMetrics[]): Measurement | undefined {
  const good = deployments.filter(({ outcome }) => outcome === "succeeded");
  if (!good.length) return undefined;
  const times = good.map(({ seconds }) => seconds);
  return {
    value: `${duration(median(times))} median`,
    over: `longest ${duration(Math.max(...times))}; ${plural(good.length, "update")} that succeeded, ${span(good)}`,
  };
}

function unasked({ registry, live }: ReportData): string {
  return registry.problem || (live.length ? "no image of the stack is in its registry" : "nothing runs yet");
}

function noLimit({ registry }: ReportData): string {
  return registry.problem || `${registry.name} tells of no limit; Docker Hub does`;
}

function spanOfBuilds({ metrics }: ReportData): string {
  return span(metrics.filter(({ builds }) => builds.length));
}

function span(updates: readonly UpdateMetrics[]): string {
  const days = [
    ...new Set([updates[0], updates.at(-1)].map((update) => update && formatDay(update.started))),
  ];
  return days.filter((each) => each !== undefined).join(" to ");
}
