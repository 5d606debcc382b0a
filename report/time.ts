import { html } from "ghtml";
import type { UpdateMetrics } from "../model/metrics/update-metrics.ts";
import type { ReportData } from "./data.ts";
import { median } from "../lib/statistics.ts";
import { isDeployment } from "./figures.ts";
import { plural } from "../lib/text.ts";
import { duration } from "./format.ts";

/** Parts of an update in the order in which they begin, and the seconds each takes. */
const PARTS: readonly [string, (update: UpdateMetrics) => number | undefined][] = [
  ["program starts", ({ phases }) => phases?.start],
  ["images are built", ({ phases }) => phases?.build],
  ["  of that, pushed", pushed],
  ["containers are made", ({ phases }) => phases?.create],
  ["cutovers", ({ phases }) => phases?.cutover],
  ["the rest", ({ phases }) => phases?.rest],
];

/** What the median update spends its time on, as bars. */
export function timeBars({ metrics }: ReportData): string {
  const measured = metrics.filter((update) => update.phases && isDeployment(update));
  if (!measured.length) return "<p>Not known: no program ran on this machine.</p>";
  const medians = PARTS.map(([name, secondsOf]) => {
    const known = measured.flatMap((update) => secondsOf(update) ?? []);
    return [name, known.length ? median(known) : 0] as const;
  });
  const longest = Math.max(...medians.map(([, seconds]) => seconds), 0.001);
  const bars = medians.map(
    ([name, seconds]) =>
      html`<tr>
        <th scope="row" class="${name.startsWith(" ") ? "part" : ""}">${name.trim()}</th>
        <td class="number">${duration(seconds)}</td>
        <td class="bar">
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect width="${((100 * seconds) / longest).toFixed(1)}" height="8" />
          </svg>
        </td>
      </tr>`,
  );
  return html`<table class="bars">
      !${bars.join("")}
    </table>
    <p class="muted">
      Medians of ${plural(measured.length, "update")} that had something to do. Services are worked on side by
      side, so parts overlap.
    </p>`;
}

/** The longest push: those of several images go on side by side. */
function pushed({ builds }: UpdateMetrics): number | undefined {
  const times = builds.flatMap(({ pushSeconds }) => pushSeconds ?? []);
  return times.length ? Math.max(...times) : undefined;
}
