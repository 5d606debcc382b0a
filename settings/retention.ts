import type { Keys, Reader } from "./reader.ts";

export const keys = { keepReleases: { default: "5" } } satisfies Keys;

/** What stays on the hosts of releases that no longer run. */
export interface RetentionSettings {
  /** How many releases of each service the hosts keep the images of, 1 to 100. */
  keepReleases: number;
}

export function read(reader: Reader): RetentionSettings {
  const keepReleases = parseKeepReleases(reader.text("keepReleases"), (text) => {
    reader.problem("keepReleases", text);
  });
  return { keepReleases };
}

/**
 * The value of `keepReleases`.
 * @param problem called with what is wrong, if it is not 1 to 100
 */
export function parseKeepReleases(text: string, problem: (text: string) => void): number {
  if (!/^([1-9]\d?|100)$/.test(text)) problem(`not valid, got "${text}"; expected 1 to 100`);
  return Number(text);
}
