// A process of its own, forked by load.ts, so that a test's own work never makes a request wait. Its arguments: the
// URL, how many requests are under way at a time, what a good answer looks like, "<status> <body>", how many
// milliseconds a client waits before its next request, and the host that it names where that is not the URL's.
import { Agent, get } from "node:http";
import { setPriority } from "node:os";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import type { LoadReport } from "./load.ts";

const [url = "", clients = "", pattern = "", pause = "0", host = ""] = process.argv.slice(2);
const good = new RegExp(pattern);
// Without a pause it takes all the CPU that is left: the machine is busy, and yet a roll goes on.
setPriority(10);
const headers = host ? { host } : {};
const agent = new Agent({ keepAlive: true, maxSockets: Number(clients) });
const report: LoadReport = { sent: 0, failed: 0, failures: [], longestGap: 0, answers: {} };
let lastGood = performance.now();
let going = true;

/** One request, no second try. Gives "<status> <body>", or why there is none. */
function ask(): Promise<string> {
  return new Promise((resolve) => {
    const failed = (error: Error) => {
      resolve(`no answer: ${error.message}`);
    };
    const request = get(url, { agent, headers, timeout: 10_000 }, (response) => {
      text(response).then((body) => {
        resolve(`${response.statusCode} ${body}`);
      }, failed);
    });
    request.on("error", failed);
    request.on("timeout", () => request.destroy(new Error("none within 10 s")));
  });
}

function measureGap(): void {
  const now = performance.now();
  report.longestGap = Math.max(report.longestGap, now - lastGood);
  lastGood = now;
}

async function client(): Promise<void> {
  while (going) {
    if (Number(pause)) await setTimeout(Number(pause));
    const answer = await ask();
    report.sent += 1;
    const [matched] = good.exec(answer) ?? [];
    if (matched === undefined) {
      report.failed += 1;
      if (report.failures.length < 5) report.failures.push(`${new Date().toISOString()} ${answer.trim()}`);
      continue;
    }
    measureGap();
    report.answers[matched] = (report.answers[matched] ?? 0) + 1;
  }
}

process.on("disconnect", () => process.exit());
const running = Array.from({ length: Number(clients) }, client);
process.on("message", (message) => {
  going = message !== "stop";
  void Promise.all(going ? [] : running).then(() => {
    if (!going) measureGap();
    process.send?.(report);
  });
});
