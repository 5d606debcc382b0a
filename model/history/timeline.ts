import type { Update } from "./update.ts";

/*
 * Which cutover is which update's. A backend records when an update started and ended, to the second and cut off; the
 * state has when each cutover succeeded, to the millisecond.
 *
 *            update 1                    (interrupted: no record)              update 2
 *       started      ended                                                started      ended
 *   ───────┼───────────┼─────────────────────────────────────────────────────┼───────────┼──────→ time
 *          └─1 s─┐     └─1 s─┐                                               └─1 s─┐     └─1 s─┐
 *                ├───────────┤                                                     ├───────────┤
 *               cutovers of it            cutovers of the interrupted one         cutovers of it
 *
 *   state:  stateBefore (what update 1 left)                stateAtFirstCutover    stateAfter (what update 2 left)
 */

/** An update takes longer than this from its recorded start to its first cutover: what cut over sooner was another's. */
const FIRST_CUTOVER_AFTER_START_MS = 1000;
/** The recorded end is cut off, so that a cutover may have succeeded this much later than it. */
const LAST_CUTOVER_AFTER_END_MS = 1000;

/** The earliest that an update can have cut over, in ms since 1970. */
export function firstCutover({ started }: Update): number {
  return timeOf(started) + FIRST_CUTOVER_AFTER_START_MS;
}

/** Whether what succeeded at that time, in ms since 1970, is the update's doing; one without an end may still run. */
export function isDuring(time: number, update: Update): boolean {
  const isBeforeEnd = !update.ended || time < timeOf(update.ended) + LAST_CUTOVER_AFTER_END_MS;
  return time >= firstCutover(update) && isBeforeEnd;
}

/** In ms since 1970; NaN where there is no time. */
export function timeOf(text: string | undefined): number {
  return Date.parse(text ?? "");
}

/** The last of times in ms since 1970, as ISO 8601. */
export function latest(times: readonly number[]): string | undefined {
  return times.length ? new Date(Math.max(...times)).toISOString() : undefined;
}
