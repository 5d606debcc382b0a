/** Times as people read them, in UTC, from ISO 8601 as in 2026-11-22T02:45:10Z. A text that is no time stays as it is. */
const MONTH = new Intl.DateTimeFormat("en-US", { month: "short", timeZone: "UTC" });

/** As in "22 Nov". */
export function formatDay(time: string): string {
  return format(time, (date) => `${date.getUTCDate()} ${MONTH.format(date)}`);
}

/** As in "22 Nov 02:45": where the year is clear, or said elsewhere. */
export function formatMinute(time: string): string {
  return format(time, (date) => `${formatDay(time)} ${date.toISOString().slice(11, 16)}`);
}

/** As in "2026-11-22 02:45". */
export function formatIsoMinute(time: string): string {
  return format(time, (date) => date.toISOString().slice(0, 16).replace("T", " "));
}

function format(time: string, show: (date: Date) => string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : show(date);
}
