/** A span of time in words: a number and its unit, as in "30 seconds" or "1.5 minutes". */
export type Duration = `${number} ${"second" | "seconds" | "minute" | "minutes" | "hour" | "hours"}`;

const SECONDS = { second: 1, minute: 60, hour: 3600 } as const;
const FORM = /^(\d+(?:\.\d+)?) (second|minute|hour)s?$/;

/** Whether `text` reads as a {@link Duration}. */
export function isDuration(text: string): text is Duration {
  return FORM.test(text);
}

/** The duration in seconds. */
export function toSeconds(duration: Duration): number {
  const [, count, unit] = FORM.exec(duration) ?? [];
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

/** The duration in whole seconds, as Docker and the scripts count, rounded up. */
export function toWholeSeconds(duration: Duration): number {
  return Math.ceil(toSeconds(duration));
}

/** The duration as Go prints it: "1m30s", "500ms". */
export function toGoDuration(duration: Duration): string {
  const seconds = toSeconds(duration);
  if (seconds > 0 && seconds < 1) return `${Number((seconds * 1000).toFixed(6))}ms`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = `${Number((seconds % 60).toFixed(3))}s`;
  return hours ? `${hours}h${minutes}m${rest}` : minutes ? `${minutes}m${rest}` : rest;
}
