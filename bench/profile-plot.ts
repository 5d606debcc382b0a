import { availableParallelism } from "node:os";
import type { Profile } from "./profile.ts";
import { TITLES } from "./row.ts";
import { type Look, nothing, SPENDERS, type Spender } from "./spenders.ts";

const COLOURS: Record<Spender, string> = {
  "slipway and its program (node)": "#0b6e99",
  pulumi: "#8a63d2",
  "pulumi's plugins": "#b79ce8",
  buildx: "#e0a458",
  "ssh and scripts here": "#7fb3c8",
  builder: "#c65d21",
  registry: "#8c3b0c",
  "engine of the host": "#3d7a3d",
  "edge of the host": "#9ccc65",
  "containers, sshd and scripts of the host": "#c8c8c8",
  "programs of the host that ended at once: docker, runc, checks": "#7d9d7d",
};
const PANEL = { width: 560, height: 110, left: 40, gap: 46 };
/** Into how many columns a panel's time is divided. */
const COLUMNS = 140;
const LEGEND = 16;

/** docs/profile.svg: for each piece of work, how many cores are busy when, stacked by who has them. */
export function profilePlot(profiles: readonly Profile[]): string {
  const top = LEGEND * (SPENDERS.length + 1);
  const height = top + profiles.length * (PANEL.height + PANEL.gap);
  const legend = SPENDERS.map((spender, index) => {
    const y = LEGEND * (index + 1);
    return `<rect x="${PANEL.left}" y="${y - 10}" width="11" height="11" fill="${COLOURS[spender]}"/><text x="${PANEL.left + 17}" y="${y}">${spender}</text>`;
  });
  const panels = profiles.map((profile, index) =>
    panel(profile, top + index * (PANEL.height + PANEL.gap) + 24),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${PANEL.left + PANEL.width + 10} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${[...legend, ...panels].join("\n")}
</svg>
`;
}

function panel({ work, seconds, looks }: Profile, y: number): string {
  const cores = availableParallelism();
  const bottom = y + PANEL.height;
  const columns = busyCores(looks, seconds);
  const x = (column: number) => (PANEL.left + (column / COLUMNS) * PANEL.width).toFixed(1);
  const level = (busy: number) => (bottom - (Math.min(busy, cores) / cores) * PANEL.height).toFixed(1);
  let below = columns.map(() => 0);
  const areas = SPENDERS.map((spender) => {
    const above = below.map((sum, column) => sum + (columns[column]?.[spender] ?? 0));
    const points = [
      ...above.map((sum, column) => `${x(column)},${level(sum)}`),
      ...below.map((sum, column) => `${x(column)},${level(sum)}`).reverse(),
    ];
    below = above;
    return `<polygon points="${points.join(" ")}" fill="${COLOURS[spender]}"/>`;
  });
  return `<text x="${PANEL.left}" y="${y - 6}" font-weight="bold">${TITLES[work]}: ${seconds.toFixed(1)} s</text>
<text x="${PANEL.left - 4}" y="${y + 10}" text-anchor="end">${cores}</text><text x="${PANEL.left - 4}" y="${bottom}" text-anchor="end">0</text>
${areas.join("\n")}
<path d="M${PANEL.left} ${y}V${bottom}H${PANEL.left + PANEL.width}" fill="none" stroke="#999"/>`;
}

/** How many cores each has in each column of time. */
function busyCores(looks: readonly Look[], seconds: number): Record<Spender, number>[] {
  const width = seconds / COLUMNS;
  const columns = Array.from({ length: COLUMNS }, nothing);
  let from = 0;
  for (const { at, spent } of looks) {
    // What was spent between two looks lies evenly between them.
    const [first, last] = [from, at].map((time) => Math.min(COLUMNS - 1, Math.floor(time / width)));
    const within = columns.slice(first, (last ?? 0) + 1);
    for (const column of within)
      for (const spender of SPENDERS) column[spender] += spent[spender] / within.length / width;
    from = at;
  }
  return columns;
}
