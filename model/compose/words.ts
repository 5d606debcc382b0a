import type { Duration } from "../../lib/duration.ts";
import type { Size } from "../../lib/size.ts";

const SECONDS: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};

/** A span of time as Go and Compose write it, "1m30s", in seconds. */
export function goSeconds(duration: string): number {
  const parts = [...duration.matchAll(/([\d.]+)(h|ms|us|µs|ns|m|s)/g)];
  const seconds = parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (SECONDS[unit] ?? 0), 0);
  return Number(seconds.toFixed(9));
}

/** In the largest unit that leaves it whole. */
export function formatDuration(seconds: number): Duration {
  const [length, unit] =
    (
      [
        [3600, "hour"],
        [60, "minute"],
      ] as const
    ).find(([length]) => seconds >= length && seconds % length === 0) ?? ([1, "second"] as const);
  const count = seconds / length;
  return `${count} ${count === 1 ? unit : (`${unit}s` as const)}`;
}

/** A number of bytes in the largest unit that leaves it short. */
export function formatBytes(bytes: number): Size {
  const units = [
    ["GiB", 2 ** 30],
    ["GB", 1e9],
    ["MiB", 2 ** 20],
    ["MB", 1e6],
    ["KiB", 2 ** 10],
  ] as const;
  const [unit, size] = units.find(([, size]) => bytes >= size && Number.isInteger((bytes / size) * 4)) ?? [
    "KB",
    1e3,
  ];
  return `${bytes / size} ${unit}`;
}

/** A list of keys and values without those that have none. */
export function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

/** A list, or nothing where it is empty. */
export function some<T>(list: readonly T[] | undefined): T[] | undefined {
  return list?.length ? [...list] : undefined;
}
