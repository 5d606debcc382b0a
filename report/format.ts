const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** As in "22 Nov 02:45", UTC. */
export function minute(time: string): string {
  return `${day(time)} ${time.slice(11, 16)}`;
}

/** As in "22 Nov". */
export function day(time: string): string {
  return `${Number(time.slice(8, 10))} ${MONTHS[Number(time.slice(5, 7)) - 1] ?? "?"}`;
}

/** As in "2.3 s" or "4 min 10 s". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** As in "97.5 %". Cut off, not rounded up: 99.96 % is not 100 %. */
export function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}

/** At most so many characters. */
export function clipped(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** As in "1 update" and "2 updates". */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
