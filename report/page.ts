import { readFileSync } from "node:fs";
import { html } from "ghtml";
import type { ReportData } from "./data.ts";
import { type Figure, figures } from "./figures.ts";
import { fleetPicture } from "./fleet.ts";
import { plural } from "../lib/text.ts";
import { formatMinute } from "../lib/time.ts";
import { sizeLines } from "./sizes.ts";
import { timeBars } from "./time.ts";
import { timeLine, updateTable } from "./updates.ts";

/** In this order: a part's rules go before those of all. */
const STYLE = ["base", "fleet", "time", "updates"]
  .map((name) => readFileSync(new URL(`./${name}.css`, import.meta.url), "utf8"))
  .join("");

/** The whole page: no script, and nothing that it would have to load. */
export function page(data: ReportData): string {
  const { project, stack, written, hosts, live, releases } = data;
  const count = hosts.reduce((sum, { services }) => sum + services.length, 0);
  const [last] = releases;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>${project}/${stack}: fleet report</title>
        <style>
          !${STYLE}
        </style>
      </head>
      <body>
        <header>
          <h1>${project} <span class="muted">/ ${stack}</span></h1>
          <p>
            ${live.length} of ${plural(count, "service")} answer on ${plural(hosts.length, "host")}; last
            update ${last?.started ? `${formatMinute(last.started)} UTC, ${last.result}` : "none"}.
            <span class="muted"
              >Written ${formatMinute(written)} UTC ${written.slice(0, 4)} by slipway report.</span
            >
          </p>
        </header>
        <main>
          <section>
            <h2>Figures</h2>
            <ul class="figures">
              !${figures(data).map(card).join("")}
            </ul>
          </section>
          <section>
            <h2>Fleet</h2>
            <div class="hosts">!${fleetPicture(data)}</div>
          </section>
          <section>
            <h2>Releases</h2>
            !${timeLine(data)}
          </section>
          <div class="pair">
            <section>
              <h2>Image sizes</h2>
              !${sizeLines(data)}
            </section>
            <section>
              <h2>Where the time goes</h2>
              !${timeBars(data)}
            </section>
          </div>
          <section>
            <h2>Updates</h2>
            !${updateTable(data)}
          </section>
        </main>
      </body>
    </html> `;
}

const VERDICTS = { met: "✓ met", missed: "✕ missed", none: "", "not known": "? not known" };

function card({ name, value, target, verdict, over }: Figure): string {
  const judged = html`<b class="${verdict}">${VERDICTS[verdict]}</b>`;
  return html`<li class="figure">
    <h3>${name}</h3>
    <p class="value">${value}</p>
    <p class="target">
      !${target && verdict !== "not known" ? judged : ""} ${target ? `target ${target}` : "no target"}
    </p>
    <p class="muted">${over}</p>
  </li>`;
}
