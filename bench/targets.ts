import type { Row, Work } from "./row.ts";

/** What Slipway's time is to be of Compose's, at most, by the number of services. */
const BOUNDS: readonly { work: Work; bounds: Readonly<Record<number, number>> }[] = [
  { work: "first", bounds: { 10: 0.8, 30: 0.8, 100: 0.8 } },
  { work: "no-change", bounds: { 30: 0.2, 100: 0.1 } },
  { work: "one-changed", bounds: { 30: 0.3, 100: 0.12 } },
  { work: "base-changed", bounds: { 1: 1.3, 10: 0.8, 30: 0.8, 100: 0.8 } },
];

/** One target, and what was measured. */
export interface Target {
  work: Work;
  services: number;
  engine: Row["engine"];
  most: number;
  ratio: number;
}

/** The targets for which both were measured, with the same engine: Slipway, and Compose with the same health check. */
export function targetsOf(rows: readonly Row[]): Target[] {
  return rows.flatMap((row) => {
    const { work, services, engine } = row;
    const most = BOUNDS.find((one) => one.work === work)?.bounds[services];
    const compose = rows.find(
      (other) =>
        other.tool === "compose" &&
        other.work === work &&
        other.services === services &&
        other.engine === engine,
    );
    if (row.tool !== "slipway" || most === undefined || !compose) return [];
    return [{ work, services, engine, most, ratio: row.seconds / compose.seconds }];
  });
}
