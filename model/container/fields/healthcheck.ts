import type { Healthcheck } from "../inspect.ts";
import { type Facts, single } from "./facts.ts";

/** A health check as the plugin takes it. */
interface HealthcheckInput {
  tests?: string[];
  interval?: string;
  timeout?: string;
  startPeriod?: string;
  startInterval?: string;
  retries?: number;
}

/** The health check that a container has, what its own leaves open filled in from the image's, as Docker does. */
export function healthcheck(own: HealthcheckInput | undefined, of: Healthcheck | undefined | null): Facts {
  return inspectedHealthcheck({
    Test: own?.tests?.length ? own.tests : of?.Test,
    Interval: nanoseconds(own?.interval) || of?.Interval,
    Timeout: nanoseconds(own?.timeout) || of?.Timeout,
    StartPeriod: nanoseconds(own?.startPeriod) || of?.StartPeriod,
    StartInterval: nanoseconds(own?.startInterval) || of?.StartInterval,
    Retries: own?.retries || of?.Retries,
  });
}

/** The same of what Docker shows. */
export function inspectedHealthcheck(check: Healthcheck | undefined | null): Facts {
  const { Test, Interval = 0, Timeout = 0, StartPeriod = 0, StartInterval = 0, Retries = 0 } = check ?? {};
  return single(
    Test?.length ? JSON.stringify([Test, Interval, Timeout, StartPeriod, StartInterval, Retries]) : "",
  );
}

const UNITS: Record<string, number> = { h: 3600e9, m: 60e9, s: 1e9, ms: 1e6 };

/** Of a Go duration, as in "1m30s". */
function nanoseconds(duration = ""): number {
  const parts = [...duration.matchAll(/([\d.]+)(h|ms|m|s)/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
}
