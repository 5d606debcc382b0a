import { Command, InvalidArgumentError } from "commander";
import { isDuration, toSeconds } from "../../lib/duration.ts";
import type { HostAddress } from "../../model/host/address.ts";
import { type LogLine, logsScript, parseLogLine } from "../../host/scripts/logs.ts";
import type { Session } from "../../stack/session.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { replicaName } from "../../model/rollout/replica.ts";
import { progress } from "../lib/progress.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { linesOnHost, onEach } from "../../host/run.ts";
import { named } from "../project/program-settings.ts";

interface Options extends StackOption {
  follow: boolean;
  since?: string;
  tail: string;
}

/** What shells have for a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** `slipway logs` */
export function logsVerb(): Command {
  return new Command("logs")
    .description(
      "what the containers that answer have logged, or the last one of a service that is stopped; --follow goes on with " +
        "whoever takes over in a roll",
    )
    .argument("[service...]", "only these, or edge; all otherwise")
    .option("-f, --follow", "stream until Ctrl-C", false)
    .option("--since <time>", 'from then on: "10 minutes" ago, or a time as in 2026-01-31T12:00:00Z', since)
    .option(
      "-n, --tail <lines>",
      "of each container's lines so far, the last ones: a number, or all",
      tail,
      "100",
    )
    .addOption(stackOption())
    .action(async (names: string[], options: Options) => {
      await logs(await openSession(options), names, options);
    });
}

async function logs(session: Session, names: readonly string[], options: Options): Promise<void> {
  const deployed = await readDeployed(session);
  const known = [...new Set(deployed.containers.map(({ service }) => service))]
    .sort()
    .map((name) => ({ name }));
  const services = named(known, names).map(({ name }) => name);
  const here = deployed.containers.filter(({ service }) => services.includes(service));
  const several = new Set(here.map((container) => replicaName(container.service, container.slot))).size > 1;
  const scriptFor = ({ name }: HostAddress) => {
    const there = here.filter(({ host }) => host === name).map(({ service }) => service);
    const since = options.since ?? "";
    return logsScript({ ...deployed, ...options, services: [...new Set(there)], since });
  };
  const show = (line: LogLine) =>
    process.stdout.write(`${several ? `${replicaName(line.service, line.slot)} | ` : ""}${line.text}\n`);

  const stop = new AbortController();
  const interrupt = () => {
    process.exitCode = INTERRUPTED;
    stop.abort();
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  // Whoever reads has seen enough, as `head` has.
  process.stdout.on("error", () => {
    stop.abort();
  });

  const lines: LogLine[] = [];
  const last = new Map<string, string>();
  const take = (printed: string) => {
    const line = parseLogLine(printed);
    // A container that is started again is read again, from a little before.
    if (!line || line.time <= (last.get(line.container) ?? "")) return;
    last.set(line.container, line.time);
    if (options.follow) show(line);
    else lines.push(line);
  };
  const hosts = deployed.hosts.filter(({ name }) => here.some(({ host }) => host === name));
  const problems = await onEach(hosts, progress, (host) =>
    linesOnHost(host, scriptFor(host), take, stop.signal),
  );
  for (const line of lines.sort((a, b) => (a.time < b.time ? -1 : 1))) show(line);
  if (problems.length) process.exitCode = 1;
}

/** As `docker logs` takes it. */
function since(text: string): string {
  if (isDuration(text)) return `${toSeconds(text)}s`;
  if (!Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new InvalidArgumentError('expected as in "10 minutes", or a time as in 2026-01-31T12:00:00Z');
}

function tail(text: string): string {
  if (/^(all|\d+)$/.test(text)) return text;
  throw new InvalidArgumentError("expected a number of lines, or all");
}
