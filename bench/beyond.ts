import { availableParallelism } from "node:os";
import { machine, table } from "./page.ts";
import { type Row, TITLES, type Work } from "./row.ts";

/** A preview of a fleet of which nothing is deployed yet: all that the machine of who deploys has to do by itself. */
export interface Preview {
  services: number;
  seconds: number;
  cpuSeconds: number;
  peakMemoryMiB: number;
}

/** How many services are previewed. */
export const PREVIEWED = [30, 100, 300, 1000] as const;
const FLEETS = [300, 1000] as const;
const HOSTS = 10;
const WORKS = ["first", "base-changed", "one-changed", "no-change"] as const satisfies readonly Work[];

/** What a value is with none, and what each service adds: by two measured numbers of services. */
interface Line {
  base: number;
  each: number;
}

/** docs/beyond.md: measured previews, and what deployments measured with 30 and 100 services come to beyond a machine. */
export function beyondPage(previews: readonly Preview[], rows: readonly Row[]): string {
  const measured = previews.map(({ services, seconds, cpuSeconds, peakMemoryMiB }) => [
    String(services),
    ...[seconds, cpuSeconds, peakMemoryMiB, peakMemoryMiB / services].map((value) => value.toFixed(1)),
  ]);
  const columns = ["services", "work", "own CPU s", "CPU s of each host", "time, s", "peak MiB"];
  return `# Beyond a machine

Written by \`npm run bench -- --beyond\` on ${new Date().toISOString().slice(0, 10)}: ${machine()}.

## Measured: previews

\`pulumi preview\` of a fleet of which nothing is deployed yet, on one host: what the machine of who deploys does by itself.

${table(["services", "s", "CPU s", "peak MiB", "MiB a service"], measured)}
## Extrapolated: ${FLEETS.join(" and ")} services over ${HOSTS} hosts

By a line through what docs/bench.json has of 30 and of 100 services: the CPU time of the command, the builder and the
registry on one side, which share ${availableParallelism()} cores, and on the other side that of the hosts, which have as many each and
a ${HOSTS}th of the services. Both go on side by side for most of the time: the time is between the longer of the two and
their sum.

${table(
  columns,
  FLEETS.flatMap((services) => WORKS.flatMap((work) => extrapolate(rows, work, services))),
)}`;
}

function extrapolate(rows: readonly Row[], work: Work, services: number): string[][] {
  const measured = [30, 100].map((count) =>
    rows.find((row) => row.tool === "slipway" && row.work === work && row.services === count),
  );
  const [some, more] = measured;
  if (!some || !more) return [];
  const at = (count: number, value: (row: Row) => number) => valueAt(lineOf(some, more, value), count);
  const own = at(services, ({ cpu }) => cpu.command + cpu.builder + cpu.registry);
  const host = at(services / HOSTS, ({ cpu }) => cpu.host);
  const cores = availableParallelism();
  const time = `${(Math.max(own, host) / cores).toFixed(0)} to ${((own + host) / cores).toFixed(0)}`;
  const memory = at(services, ({ peakMemoryMiB }) => peakMemoryMiB);
  return [[String(services), TITLES[work], own.toFixed(0), host.toFixed(0), time, memory.toFixed(0)]];
}

function lineOf(some: Row, more: Row, value: (row: Row) => number): Line {
  const each = (value(more) - value(some)) / (more.services - some.services);
  return { each, base: value(some) - each * some.services };
}

function valueAt({ base, each }: Line, services: number): number {
  return Math.max(0, base + each * services);
}
