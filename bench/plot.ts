import { DEPLOY, type Row, TOOLS, type Work } from "./row.ts";

const SHOWN: Work[] = ["first", "no-change", "one-changed", "base-changed"];
const COLOURS = {
  slipway: "#0b6e99",
  compose: "#c65d21",
  "compose-often": "#e0a458",
  "compose-2": "#8a8a8a",
};
const SIZE = { width: 260, height: 200, left: 46, bottom: 34, top: 30 };

/** Seconds by number of services, with the first engine: a small chart for each work, a line for each tool. */
export function plot(rows: readonly Row[]): string {
  const charts = SHOWN.map((work, index) => chart(rows, work, index * (SIZE.width + SIZE.left)));
  const width = SHOWN.length * (SIZE.width + SIZE.left) + 10;
  const legend = TOOLS.map(
    (tool, index) =>
      `<text x="${SIZE.left + index * 220}" y="14" fill="${COLOURS[tool]}">${DEPLOY[tool].title}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${SIZE.height + SIZE.top + SIZE.bottom}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${[...legend, ...charts].join("\n")}
</svg>
`;
}

function chart(rows: readonly Row[], work: Work, offset: number): string {
  const [{ engine } = {}] = rows;
  const shown = rows.filter((row) => row.work === work && row.engine === engine);
  const most = Math.max(1, ...shown.map(({ services }) => services));
  const longest = Math.max(1, ...shown.map(({ seconds }) => seconds));
  const x = (services: number) => offset + SIZE.left + (services / most) * (SIZE.width - 20);
  const y = (seconds: number) => SIZE.top + SIZE.height * (1 - seconds / longest);
  const lines = TOOLS.map((tool) => {
    const points = shown
      .filter((row) => row.tool === tool)
      .map((row) => [x(row.services).toFixed(1), y(row.seconds).toFixed(1)] as const);
    const dots = points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${COLOURS[tool]}"/>`);
    return `<polyline points="${points.map((point) => point.join(",")).join(" ")}" fill="none" stroke="${COLOURS[tool]}" stroke-width="2"/>${dots.join("")}`;
  });
  const base = y(0);
  const ticks = [...new Set(shown.map(({ services }) => services))].map(
    (services) => `<text x="${x(services)}" y="${base + 16}" text-anchor="middle">${services}</text>`,
  );
  return `<text x="${offset + SIZE.left}" y="${SIZE.top - 4}" font-weight="bold">${work}</text>
<path d="M${x(0)} ${SIZE.top}V${base}H${offset + SIZE.left + SIZE.width - 10}" fill="none" stroke="#999"/>
<text x="${x(0) - 6}" y="${base}" text-anchor="end">0</text>
<text x="${x(0) - 6}" y="${SIZE.top + 10}" text-anchor="end">${longest.toFixed(0)} s</text>
${[...lines, ...ticks].join("\n")}`;
}
