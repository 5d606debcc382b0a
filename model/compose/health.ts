import type { Service } from "../catalogue/service.ts";
import type { Mapping } from "./context.ts";
import { durationOf } from "./engine.ts";
import { defined, formatDuration, goSeconds } from "./words.ts";

/** How long a new container may take unless the service says otherwise, in seconds. */
const START_TIMEOUT = 60;

/** Source: https://docs.docker.com/reference/dockerfile/#healthcheck */
const DOCKER_TIMEOUT = "30s";

/** When a container counts as healthy. */
export const health: Mapping = (service) => {
  const check = service.section("healthcheck");
  if (!check) return {};
  const [kind, ...words] = check.take("test") ?? [];
  const off = check.take("disable") || kind === "NONE";
  const startPeriod = check.take("start_period");
  const timing = defined({
    interval: durationOf(check.take("interval")),
    // Docker's own, where a check of Slipway's has less.
    timeout: durationOf(check.take("timeout") ?? DOCKER_TIMEOUT),
    retries: check.take("retries") || undefined,
    startPeriod: durationOf(startPeriod),
    startInterval: durationOf(check.take("start_interval")),
  });
  if (check.value.retries === 0) check.note("retries", "is left out: 0 is Docker's default, 3");
  if (off) {
    for (const key of Object.keys(check.value))
      if (key !== "disable" && !(key === "test" && kind === "NONE"))
        check.note(key, "has no effect: the check is off");
    return { health: "none" };
  }
  if (kind === undefined) {
    for (const key of Object.keys(check.value))
      check.lose(key, "needs a test beside it here: the image's own is not known to an import");
    return {};
  }
  const tested =
    kind === "CMD-SHELL"
      ? { shell: words.join(" ") }
      : { command: kind === "CMD" ? words : [kind, ...words] };
  const slow = startPeriod === undefined ? 0 : goSeconds(startPeriod);
  return defined<Partial<Service>>({
    health: { ...tested, ...timing },
    startTimeout: slow < START_TIMEOUT ? undefined : formatDuration(slow + START_TIMEOUT),
  });
};
