import type { Healthcheck } from "../inspect.ts";

/** What a container has of one kind: values by name, as in LOG_LEVEL: info; by "" where there is only one. */
export type Facts = ReadonlyMap<string, string>;

/** A single value; nothing where it is empty, as Docker shows what was never set. */
export function single(value: string | number | boolean | undefined | null): Facts {
  return new Map(value ? [["", String(value)]] : []);
}

/** A command's words. */
export function words(list: readonly string[] | undefined | null): Facts {
  return single(list?.length ? JSON.stringify(list) : "");
}

/** Values by name, as Docker has labels. */
export function named(values: Readonly<Record<string, string>> | undefined | null): Facts {
  return new Map(Object.entries(values ?? {}));
}

/** Lines of `NAME=value`, as Docker has variables. */
export function variables(lines: readonly string[] | undefined | null): Facts {
  return new Map(
    (lines ?? []).map((line) => {
      const [name = "", ...value] = line.split("=");
      return [name, value.join("=")];
    }),
  );
}

/** A mount by its path: what is mounted, and whether it may be written. */
export function mount(path: string, from: string, writable: boolean): [string, string] {
  return [path, `${from} ${writable ? "rw" : "ro"}`];
}

/** A published port, `host:container/protocol`, and the host's address that it is on. */
export function portBinding(
  inside: string,
  ip: string | undefined,
  outside: string | number | undefined,
): [string, string] {
  // An engine has two for each port: IPv4 and IPv6 are one here.
  // One that the engine chooses is 0 in what the container was made of.
  return [`${Number(outside) || "any"}:${inside}`, !ip || ip === "::" ? "0.0.0.0" : ip];
}

/** A container's place in a network: the names and the address it was given there. */
export function networkPlace(
  name: string,
  aliases: readonly string[] | undefined | null,
  address: string | undefined,
): [string, string] {
  const given = [...(aliases ?? [])].sort();
  return [name, [address, ...given].filter(Boolean).join(" ")];
}

/** Capabilities, with or without the prefix that some engines add. */
export function capabilities(adds?: readonly string[] | null, drops?: readonly string[] | null): Facts {
  const sorted = (list: readonly string[] | undefined | null) =>
    (list ?? []).map((name) => name.replace(/^CAP_/, "")).sort();
  return single(
    [...sorted(adds).map((name) => `+${name}`), ...sorted(drops).map((name) => `-${name}`)].join(" "),
  );
}

/** A health check as the plugin takes it. */
interface HealthcheckInput {
  tests?: string[];
  interval?: string;
  timeout?: string;
  startPeriod?: string;
  retries?: number;
}

/** The health check that a container has, what its own leaves open filled in from the image's, as Docker does. */
export function healthcheck(own: HealthcheckInput | undefined, of: Healthcheck | undefined | null): Facts {
  return inspectedHealthcheck({
    Test: own?.tests?.length ? own.tests : of?.Test,
    Interval: nanoseconds(own?.interval) || of?.Interval,
    Timeout: nanoseconds(own?.timeout) || of?.Timeout,
    StartPeriod: nanoseconds(own?.startPeriod) || of?.StartPeriod,
    Retries: own?.retries || of?.Retries,
  });
}

/** The same of what Docker shows. */
export function inspectedHealthcheck(check: Healthcheck | undefined | null): Facts {
  const { Test, Interval = 0, Timeout = 0, StartPeriod = 0, Retries = 0 } = check ?? {};
  return single(Test?.length ? JSON.stringify([Test, Interval, Timeout, StartPeriod, Retries]) : "");
}

const UNITS: Record<string, number> = { h: 3600e9, m: 60e9, s: 1e9, ms: 1e6 };

/** Of a Go duration, as in "1m30s". */
function nanoseconds(duration = ""): number {
  const parts = [...duration.matchAll(/([\d.]+)(h|ms|m|s)/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
}
