import { html } from "ghtml";
import type { Build } from "../model/metrics/builds.ts";
import type { UpdateMetrics } from "../model/metrics/update-metrics.ts";
import type { Change, Release } from "../model/history/releases.ts";
import { whoRan } from "../model/history/update.ts";
import type { ReportData } from "./data.ts";
import { plural, shortCommit } from "../lib/text.ts";
import { formatDay, formatMinute } from "../lib/time.ts";
import { duration } from "./format.ts";
import { shortDigest } from "../lib/digest.ts";

/** How many updates the time line shows; all of them are in the table. */
const SHOWN = 40;

/** How an update or a change of a service ended: its words and the sign that stands for them. */
const SIGNS = {
  succeeded: "ok",
  rolled: "ok",
  "rolled back": "back",
  partly: "partly",
  failed: "bad",
  killed: "bad",
  interrupted: "unknown",
  removed: "gone",
  "under way": "unknown",
} as const;
type Ending = keyof typeof SIGNS;

/** Shapes differ, so that nothing is told by colour alone. */
const SHAPES: Record<(typeof SIGNS)[Ending], string> = {
  ok: '<circle cx="8" cy="8" r="5.5"/>',
  back: '<path d="M8 2.5 2.5 8 8 13.5V10h5.5V6H8z"/>',
  partly: '<path d="M8 2.5a5.5 5.5 0 0 0 0 11z"/><circle class="hollow" cx="8" cy="8" r="5"/>',
  bad: '<path class="stroke" d="m3.5 3.5 9 9m0-9-9 9"/>',
  unknown: '<circle class="hollow dashed" cx="8" cy="8" r="5"/>',
  gone: '<path class="stroke" d="M3 8h10"/>',
};

const SYMBOLS = Object.entries(SHAPES)
  .map(([sign, shape]) => `<symbol id="${sign}" viewBox="0 0 16 16">${shape}</symbol>`)
  .join("");

/** Updates from left to right, a line for each service that one of them changed. */
export function timeLine({ releases, metrics }: ReportData): string {
  if (!releases.length) return "<p>No update yet.</p>";
  const shown = releases.slice(0, SHOWN).reverse();
  const services = [...new Set(shown.flatMap(({ changes = [] }) => changes.map(({ service }) => service)))];
  const days = shown.map(({ started = "" }) => started && formatDay(started));
  const heads = shown.map((release, index) => {
    const date = days[index] === days[index - 1] ? "" : days[index];
    return html`<th scope="col">
      <span class="day">${date}</span><a href="#${idOf(release)}">${release.number ?? "?"}</a>
    </th>`;
  });
  const row = (title: string, cells: readonly string[]) =>
    html`<tr>
      <th scope="row">${title}</th>
      !${cells.join("")}
    </tr>`;
  const rows = services.sort().map((service) =>
    row(
      service,
      shown.map((release) => {
        const change = release.changes?.find((each) => each.service === service);
        if (!change) return "<td></td>";
        return cell(release, endingOf(change), `${service} ${endingOf(change)}`, change.live);
      }),
    ),
  );
  const outcomes = shown.map((release) => cell(release, outcomeOf(release, metrics), "", false));
  return html`<svg class="symbols" aria-hidden="true">!${SYMBOLS}</svg>
    <div class="scroll" dir="rtl" tabindex="0" role="region" aria-label="Time line">
      <table class="lanes" dir="ltr">
        <thead>
          <tr>
            <th scope="row">update</th>
            !${heads.join("")}
          </tr>
        </thead>
        <tbody>
          !${row("outcome", outcomes)} !${rows.join("")}
        </tbody>
      </table>
    </div>
    <p class="legend">
      !${legend()} <span><span class="ring"></span> live now</span>
    </p>`;
}

function legend(): string {
  const endings = ["rolled", "rolled back", "partly", "failed", "removed", "interrupted"] as const;
  return endings.map((ending) => html`<span>!${symbolOf(ending)} ${ending}</span>`).join(" ");
}

/** All updates, newest first. */
export function updateTable({ releases, metrics, olderUpdates, gap }: ReportData): string {
  const rows = releases.map((release) => {
    const { started = "", dirty, message = "", changes } = release;
    const measured = metrics.find((update) => update.started === started);
    const ending = outcomeOf(release, metrics);
    const who = whoRan(release) ?? "not known";
    const kind = release.kind === "update" ? "" : ` (${release.kind})`;
    return html`<tr id="${idOf(release)}">
      <th scope="row">${release.number ?? "?"}</th>
      <td class="nowrap">${started && formatMinute(started)}</td>
      <td class="nowrap">!${symbolOf(ending)} ${ending}${kind}</td>
      <td class="nowrap">${measured ? duration(measured.seconds) : "–"}</td>
      <td>${who}</td>
      <td>
        <code title="${dirty ? "and changes that were not committed" : ""}"
          >${shortCommit(release) ?? "–"}</code
        >
      </td>
      <td class="line">
        !${changes?.map(changed).join("") ?? "not known"}!${measured?.builds.map(unbuilt).join("")}
      </td>
      <td class="line">${message.split("\n")[0]}</td>
    </tr>`;
  });
  const titles = ["update", "when (UTC)", "outcome", "took", "who", "commit", "services", "message"];
  const notes = [gap, olderUpdates ? `${plural(olderUpdates, "older update")} not shown.` : ""];
  return html`<table class="updates">
      <thead>
        <tr>
          !${titles.map((title) => html`<th scope="col">${title}</th>`).join("")}
        </tr>
      </thead>
      <tbody>
        !${rows.join("")}
      </tbody>
    </table>
    <p class="muted">${notes.filter(Boolean).join(" ")}</p>`;
}

function changed(change: Change): string {
  const ending = endingOf(change);
  const live = change.live ? html` <b>live</b>` : "";
  return html`<div class="change">
    !${symbolOf(ending)} <b>${change.service}</b> ${ending}
    <code>${change.image ? shortDigest(change.image) : ""}</code>!${live}
  </div>`;
}

function unbuilt({ image, outcome }: Build): string {
  return outcome === "pushed"
    ? ""
    : html`<div class="change">!${symbolOf("failed")} <b>${image}</b> ${outcome}</div>`;
}

function cell(release: Release, ending: Ending, what: string, live: boolean): string {
  const { number, started = "", author = "", message = "" } = release;
  const [line = ""] = message.split("\n");
  const title = `${number === undefined ? "interrupted update" : `update ${number}`}, ${started && formatMinute(started)}: ${what || ending}${live ? ", live now" : ""}. ${author} ${line}`;
  return html`<td class="${live ? "live" : ""}">
    <a href="#${idOf(release)}" title="${title}"
      >!${symbolOf(ending)}<span class="hidden">${what || ending}</span></a
    >
  </td>`;
}

function symbolOf(ending: Ending): string {
  return html`<svg class="sign ${SIGNS[ending]}" aria-hidden="true"><use href="#${SIGNS[ending]}" /></svg>`;
}

/** A change to what it was pinned to is a way back. */
function endingOf({ outcome, pinned }: Change): Ending {
  return outcome === "rolled" && pinned ? "rolled back" : outcome;
}

function outcomeOf({ result, started }: Release, metrics: readonly UpdateMetrics[]): Ending {
  if (result === "in-progress") return "under way";
  return metrics.find((update) => update.started === started)?.outcome ?? result;
}

function idOf({ number, started = "" }: Release): string {
  return `update-${number ?? started.replace(/\D/g, "")}`;
}
