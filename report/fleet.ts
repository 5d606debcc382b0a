import { html } from "ghtml";
import type { Live } from "../model/history/live.ts";
import { inOrder } from "../lib/toposort.ts";
import type { ReportData, ReportHost, ReportService } from "./data.ts";
import { shortDigest } from "../lib/digest.ts";
import { clip } from "../lib/text.ts";
import { formatMinute } from "../lib/time.ts";

/** Units of the picture, which are CSS pixels where there is room. */
const ROW = { height: 46, gap: 8, top: 46 };
const BOX = { left: 26, width: 236, right: 262 };
const BUS = 11;
const WIDTH = 318;
const STEP = ROW.height + ROW.gap;

/** What uses the service in row `to`. */
interface Trunk {
  to: number;
  from: number[];
}

/**
 * Hosts with their edge and services. Services stand one below the other, those that use others above them; on the left
 * the edge leads to them, on the right a line to each that is used gathers all that use it.
 */
export function fleetPicture({ hosts, live }: ReportData): string {
  const hostOf = new Map(
    hosts.flatMap((host) => host.services.map(({ name }) => [name, host.name] as const)),
  );
  return hosts.map((host) => picture(host, live, hostOf)).join("");
}

function picture(host: ReportHost, live: readonly Live[], hostOf: ReadonlyMap<string, string>): string {
  const services = inOrder(host.services, ({ uses }) => uses).reverse();
  const height = ROW.top + services.length * STEP;
  const trunks = trunksOf(services);
  const lanes = lanesOf(trunks);
  const boxes = services.map((service, row) => {
    const elsewhere = service.uses.filter((used) => hostOf.get(used) !== host.name);
    return box(
      service,
      row,
      live.find((each) => each.service === service.name),
      elsewhere,
    );
  });
  return html`<figure class="host">
    <figcaption>
      <b>${host.name}</b> <span class="muted">${host.address.replace(/^ssh:\/\//, "")}</span>
    </figcaption>
    <svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${altText(host)}">
      !${host.hasEdge ? edge(services) : ""}
      !${trunks.map((trunk, index) => lines(trunk, lanes[index] ?? 0, lanes)).join("")} !${boxes.join("")}
    </svg>
  </figure>`;
}

/** The picture in words, for who cannot see it. */
function altText({ name, hasEdge, services }: ReportHost): string {
  const http = services.filter((service) => service.http).map((service) => service.name);
  const uses = services.flatMap((service) => service.uses.map((used) => `${service.name} uses ${used}`));
  const leads = hasEdge && http.length ? [`the edge leads to ${http.join(", ")}`] : [];
  return `${name}: ${services.length} services; ${[...leads, ...uses].join("; ")}`;
}

function edge(services: readonly ReportService[]): string {
  const rows = services.flatMap(({ http }, row) => (http ? [middle(row)] : []));
  const bus = rows.length ? `M${BUS} 32V${Math.max(...rows)}` : "";
  const stubs = rows.map((y) => `M${BUS} ${y}H${BOX.left - 7}`).join("");
  return [
    html`<rect class="edge" x="1" y="2" width="${BOX.right - 1}" height="30" rx="15" />`,
    label("name", 20, 21, "edge"),
    label("small end", BOX.right - 14, 21, "requests from outside"),
    html`<path class="route" d="${bus}${stubs}" />`,
    ...rows.map((y) => arrow("route", BOX.left, y, "right")),
  ].join("");
}

function box(service: ReportService, row: number, live: Live | undefined, elsewhere: readonly string[]) {
  const y = ROW.top + row * STEP;
  const { name, replicas } = service;
  const { left, right, width } = BOX;
  const state = live
    ? `${live.answering.map(shortDigest).join(" ")} since ${formatMinute(live.since)}`
    : "does not answer";
  const far = elsewhere.length ? ` → ${elsewhere.join(", ")}` : "";
  const whole = live ? `${live.answering.join(", ")}, live since ${live.since}` : state;
  const kind = live ? "box" : "box silent";
  return html`<g>
    <title>${name}: ${whole}${far}</title>
    <rect class="${kind}" x="${left}" y="${y}" width="${width}" height="${ROW.height}" rx="6" />
    !${label("name", left + 10, y + 19, clip(name, 24))}
    !${replicas > 1 ? label("small end", right - 10, y + 19, `× ${replicas}`) : ""}
    !${label("small", left + 10, y + 36, clip(state + far, 35))}
  </g>`;
}

function label(kind: string, x: number, y: number, text: string): string {
  return html`<text class="${kind}" x="${x}" y="${y}">${text}</text>`;
}

function trunksOf(services: readonly ReportService[]): Trunk[] {
  return services.flatMap(({ name }, to) => {
    const from = services.flatMap(({ uses }, row) => (uses.includes(name) ? [row] : []));
    return from.length ? [{ to, from }] : [];
  });
}

/** For each trunk the leftmost lane in which it overlaps no other, the short ones first. */
function lanesOf(trunks: readonly Trunk[]): number[] {
  const reach = ({ to, from }: Trunk) => [Math.min(to, ...from), Math.max(to, ...from)] as const;
  const length = (trunk: Trunk) => reach(trunk)[1] - reach(trunk)[0];
  const taken: Trunk[][] = [];
  const lanes = new Map<Trunk, number>();
  for (const trunk of trunks.toSorted((a, b) => length(a) - length(b))) {
    const [first, last] = reach(trunk);
    const overlaps = (other: Trunk) => reach(other)[0] <= last && reach(other)[1] >= first;
    const free = taken.findIndex((others) => !others.some(overlaps));
    const lane = free < 0 ? taken.length : free;
    (taken[lane] ??= []).push(trunk);
    lanes.set(trunk, lane);
  }
  return trunks.map((trunk) => lanes.get(trunk) ?? 0);
}

function lines({ to, from }: Trunk, lane: number, lanes: readonly number[]): string {
  const apart = Math.min(11, (WIDTH - BOX.right - 18) / (Math.max(...lanes) + 1));
  const x = BOX.right + 14 + lane * apart;
  const rows = from.map((row) => middle(row) - 8);
  const end = middle(to) + 8;
  const trunk = `M${x} ${Math.min(...rows, end)}V${Math.max(...rows, end)}M${x} ${end}H${BOX.right + 7}`;
  const stubs = rows.map((y) => `M${BOX.right} ${y}H${x}`).join("");
  const joints = rows.map((y) => html`<circle class="joint" cx="${x}" cy="${y}" r="2.2" />`);
  return html`<path
      class="use"
      d="${trunk}${stubs}"
    />!${joints.join("")}!${arrow("use", BOX.right, end, "left")}`;
}

function arrow(kind: "use" | "route", x: number, y: number, towards: "left" | "right"): string {
  const back = towards === "right" ? -8 : 8;
  return html`<path class="head ${kind}" d="M${x} ${y}l${back} -4v8z" />`;
}

function middle(row: number): number {
  return ROW.top + row * STEP + ROW.height / 2;
}
