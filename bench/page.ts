import { cpus, totalmem } from "node:os";
import { DEPLOY, INTERVAL, LOAD, MAX_STARTUPS, type Row, TITLES, TOOLS } from "./row.ts";
import type { Staging } from "./staging.ts";
import { targetsOf } from "./targets.ts";

/** What was measured on, in words. */
export function machine(): string {
  return `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
}

/** docs/bench.md */
export function page(rows: readonly Row[], staging: Staging): string {
  const head = [
    "engine",
    "services",
    "work",
    "tool",
    "runs",
    "s",
    "CPU s",
    "of it command",
    "builder",
    "registry",
    "host",
  ];
  const columns = [...head, "peak MiB", "pushed MB", "pulled MB", "ssh", "failed requests"];
  const cells = rows.map((row) => [
    row.engine,
    String(row.services),
    TITLES[row.work],
    DEPLOY[row.tool].title,
    String(row.runs),
    row.seconds.toFixed(1),
    ...[row.cpu.all, row.cpu.command, row.cpu.builder, row.cpu.registry, row.cpu.host].map((one) =>
      one.toFixed(1),
    ),
    row.peakMemoryMiB.toFixed(0),
    (row.pushedBytes / 1e6).toFixed(2),
    (row.pulledBytes / 1e6).toFixed(2),
    String(row.sshConnections),
    `${row.failedRequests.toFixed(0)} of ${row.requests.toFixed(0)}`,
  ]);
  const targets = targetsOf(rows).map(({ work, services, engine, most, ratio }) => [
    ...[engine, String(services), TITLES[work], ratio.toFixed(2), String(most)],
    ratio <= most ? "met" : "**not met**",
  ]);
  const targetHead = ["engine", "services", "work", "Slipway's time by Compose's", "at most", ""];
  const used = TOOLS.filter((tool) => rows.some((row) => row.tool === tool));
  return `# Slipway and Docker Compose side by side

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${machine()}; builder, registry and host are a
lab on the same machine. The same generated fleet, one base image and small services on it, by each in turn, with the
same BuildKit and the same health check in every container, each ${INTERVAL} but where another time is said. \`--wait\` has
Compose wait for Docker's first check, as Slipway waits for its own. The image of Slipway's edge is on the host before.
Medians of as many runs as are said. CPU time is the whole machine's: of it the command's and its children's, the
builder's, the registry's and the host's; the rest is the kernel's and the clients'. Memory is the command's and its
children's; pushed is what the registry received, pulled what the host did; requests are those of ${LOAD.clients} clients of the
service that changes, each ${LOAD.pauseMs} ms after its last answer. The host's sshd has \`MaxStartups ${MAX_STARTUPS}\`:
with its default, it refuses some of Compose's connections from ten services on.

${used.map((tool) => `- ${DEPLOY[tool].title}: \`${DEPLOY[tool].deploy}\`\n`).join("")}
![seconds by number of services](bench.svg)

${table(columns, cells)}
Beside Compose with the same health check:

${table(targetHead, targets)}
Hashing and staging ${staging.files.toLocaleString("en")} small files for a build, out of no cache: ${staging.seconds.toFixed(1)} s.
`;
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((line) => `| ${line.join(" | ")} |\n`).join("");
}
