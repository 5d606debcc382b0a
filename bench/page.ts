import { cpus, totalmem } from "node:os";
import { tools } from "../toolchain/tools.ts";
import { DEPLOY, LOAD, MAX_STARTUPS, type Row, WORKS } from "./row.ts";
import type { Staging } from "./staging.ts";

const TITLES = {
  first: "first deployment",
  "no-change": "nothing changed",
  "one-changed": "one service changed",
  rollback: "that change taken back",
  "base-changed": "base image changed",
};

/** docs/bench.md */
export function page(rows: readonly Row[], staging: Staging): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const head = ["services", "work", "tool", "runs", "s", "CPU s", "peak MiB", "pushed MB", "pulled MB"];
  const columns = [...head, "ssh", "failed requests"];
  const services = [...new Set(rows.map((row) => row.services))];
  const ordered = services.flatMap((count) =>
    WORKS.flatMap((work) => rows.filter((row) => row.services === count && row.work === work)),
  );
  const cells = ordered.map((row) => [
    String(row.services),
    TITLES[row.work],
    row.tool,
    String(row.runs),
    row.seconds.toFixed(1),
    row.cpuSeconds.toFixed(1),
    row.peakMemoryMiB.toFixed(0),
    (row.pushedBytes / 1e6).toFixed(2),
    (row.pulledBytes / 1e6).toFixed(2),
    String(row.sshConnections),
    `${row.failedRequests.toFixed(0)} of ${row.requests.toFixed(0)}`,
  ]);
  const lines = [columns, columns.map(() => "---"), ...cells].map((line) => `| ${line.join(" | ")} |\n`);
  return `# Slipway and Docker Compose side by side

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${machine}; builder, registry and host are a
lab on the same machine. The same generated fleet, one base image and small services on it, by each in turn, with the
same BuildKit. Medians of as many runs as are said. CPU and memory are the command's and its children's;
pushed is what the registry received, pulled what the host did; requests are those of ${LOAD.clients} clients of the
service that changes, each ${LOAD.pauseMs} ms after its last answer. The host's sshd has \`MaxStartups ${MAX_STARTUPS}\`:
with its default, it refuses some of Compose's connections from ten services on.

- slipway: \`${DEPLOY.slipway}\`
- compose ${tools["docker-compose"].version}: \`${DEPLOY.compose}\`

![seconds by number of services](bench.svg)

${lines.join("")}
Hashing and staging ${staging.files.toLocaleString("en")} small files for a build, out of no cache: ${staging.seconds.toFixed(1)} s.
`;
}
