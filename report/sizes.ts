import { html } from "ghtml";
import { total } from "../model/image/size.ts";
import { heaviest } from "../model/metrics/update-metrics.ts";
import { showSize } from "../lib/size.ts";
import type { ReportData } from "./data.ts";
import { plural } from "../lib/text.ts";
import { formatMinute } from "../lib/time.ts";
import { digestOf } from "../model/image/reference.ts";

const WIDTH = 120;
const HEIGHT = 30;

/** What a service's image weighed when it was rolled out. */
interface Point {
  at: string;
  bytes: number;
}

/** A small line for each service: what its images weigh, release after release. */
export function sizeLines(data: ReportData): string {
  const services = [...new Set(data.live.map(({ service }) => service))].sort();
  const items = services.map((service) => {
    const points = pointsOf(service, data);
    const [first, last] = [points[0], points.at(-1)];
    if (!first || !last) return html`<li><b>${service}</b> <span class="muted">not known</span></li>`;
    const since = `${grown(last.bytes - first.bytes)}${plural(points.length, "release")}`;
    return html`<li>
      <b>${service}</b>
      !${line(service, points)}
      <span>${showSize(last.bytes)}</span>
      <span class="muted">${since}</span>
    </li>`;
  });
  return html`<ul class="sizes">
    !${items.join("")}
  </ul>`;
}

/** As in "+9.1 MB in ", where it is more than dust. */
function grown(bytes: number): string {
  return Math.abs(bytes) < 50e3 ? "" : `${bytes < 0 ? "−" : "+"}${showSize(Math.abs(bytes))} in `;
}

/** Oldest first. */
function pointsOf(service: string, { releases, sizes }: ReportData): Point[] {
  return releases.toReversed().flatMap(({ started, changes = [] }) => {
    const change = changes.find((each) => each.service === service && each.outcome === "rolled");
    const size = heaviest(sizes[digestOf(change?.image) ?? ""]);
    return size && started ? [{ at: started, bytes: total(size) }] : [];
  });
}

function line(service: string, points: readonly Point[]): string {
  const most = Math.max(...points.map(({ bytes }) => bytes));
  const x = (index: number) => 4 + (points.length > 1 ? index / (points.length - 1) : 1) * (WIDTH - 8);
  // From nothing: a line that looks twice as high is an image twice as big.
  const y = (bytes: number) => HEIGHT - 4 - (bytes / most) * (HEIGHT - 8);
  const places = points.map(({ bytes }, index) => [x(index).toFixed(1), y(bytes).toFixed(1)] as const);
  const values = points.map(({ at, bytes }) => `${formatMinute(at)} ${showSize(bytes)}`).join(", ");
  const [endX, endY] = places.at(-1) ?? ["0", "0"];
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
    <title>${service}: ${values}</title>
    <path class="base" d="M4 ${HEIGHT - 3}H${WIDTH - 4}" />
    <polyline points="${places.map((place) => place.join(",")).join(" ")}" />
    <circle cx="${endX}" cy="${endY}" r="2.6" />
  </svg>`;
}
