import { setTimeout as sleep } from "node:timers/promises";
import { engineLog } from "../../../lab/host.ts";
import type { FaultFleet } from "./fleet.ts";

/** A stretch of one roll, between two instants that were measured. */
export interface Stretch {
  what: string;
  milliseconds: number;
  /** Whether it is the work itself; else it is what Slipway, Pulumi and the ways between add. */
  work: boolean;
}

/** One roll of web by `up --skip-preview`, from the command's start to its end, in stretches without a gap. */
export async function measuredRoll(fleet: FaultFleet): Promise<Stretch[]> {
  const { host } = fleet;
  const former = (await host.containers()).map(({ id }) => id);
  fleet.release();
  const started = Date.now();
  const { process, ended } = fleet.start("pulumi", ["up", "--yes", "--skip-preview", "--json"]);
  let printed = "";
  let step = 0;
  process.stdout?.on("data", (data: Buffer) => {
    printed += data.toString();
    if (!step && /"resourcePreEvent".*:Image::web"/.test(printed)) step = Date.now();
  });
  const { code, text } = await ended;
  const done = Date.now();
  if (code !== 0) throw new Error(text);

  const build = await buildTimes(fleet, started);
  const next = (await host.containers()).find(
    ({ id, service }) => service === "web" && !former.includes(id),
  )?.id;
  if (next === undefined) throw new Error("web: no new container");
  const engine = await engineTimes(fleet, started, next);
  const said =
    /web: \S+ answers \(healthy after ([\d.]+) s, routed in ([\d.]+) s, old one [a-z ]+ ([\d.]+) s\)/g;
  // The last time it is said: the events hold the former state too.
  const [healthy = NaN, routed = NaN, retired = NaN] =
    [...text.matchAll(said)]
      .at(-1)
      ?.slice(1)
      .map((seconds) => Number(seconds) * 1000) ?? [];
  const stretches: [string, number, boolean][] = [
    ["pulumi and the program start", step, false],
    ["the build plugin reaches BuildKit", build.started, false],
    ["build", build.built, true],
    ["push", build.pushed, true],
    ["from the build plugin to the host's engine", engine.pullCalled, false],
    ["pull", engine.pulled, true],
    ["the container is made, the cutover sent to the host", engine.startCalled, false],
    ["start until healthy", engine.startCalled + healthy, true],
    ["route written, edge asked until it is live", engine.stopped - retired, false],
    ["old one drained and stopped within its grace", engine.stopped, true],
    ["the old container is deleted, the state saved", done, false],
  ];
  if (!(engine.stopped - retired >= engine.startCalled + healthy + routed))
    throw new Error(`what was measured does not fit together: ${JSON.stringify({ build, engine, text })}`);
  return stretches.map(([what, until, work], index) => ({
    what,
    milliseconds: until - (stretches[index - 1]?.[1] ?? started),
    work,
  }));
}

/** What is added to the work. */
export function overhead(stretches: readonly Stretch[]): number {
  return total(stretches.filter(({ work }) => !work));
}

export function total(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}

/** A step of BuildKit's own record of a build, as `buildx history logs` gives it. */
interface Progress {
  statuses?: { id: string; started?: string; completed?: string }[];
}

/** When BuildKit began web's build, was done with it, and had pushed it. */
async function buildTimes(fleet: FaultFleet, since: number) {
  const lines = (await fleet.must("docker", "buildx", "history", "ls", "--format", "json"))
    .trim()
    .split("\n");
  const records = lines.map((line) => JSON.parse(line) as { name: string; ref: string; created_at: string });
  const record = records.find(
    ({ name, created_at: at }) => /\/web-\w+$/.test(name) && Date.parse(at) > since,
  );
  if (!record) throw new Error("BuildKit has no record of a build of web");
  const ref = record.ref.replace(/.*\//, "");
  const log = await fleet.must("docker", "buildx", "history", "logs", "--progress", "rawjson", ref);
  const statuses = log
    .trim()
    .split("\n")
    .flatMap((line) => (JSON.parse(line) as Progress).statuses ?? []);
  const pushes = statuses.filter(({ id }) => id.startsWith("pushing "));
  return {
    started: Date.parse(record.created_at),
    built: Math.min(...pushes.map(({ started = "" }) => Date.parse(started))),
    pushed: Math.max(...pushes.map(({ completed = "" }) => Date.parse(completed))),
  };
}

/** When the host's engine was called to pull and to start that container, had pulled, and had stopped the old one. */
async function engineTimes({ host }: FaultFleet, since: number, id: string) {
  const log = await host.run("grep", "-a", "Calling POST ", engineLog);
  const calls = log
    .split("\n")
    .map((line) => ({ line, at: Date.parse(/time="([^"]+)"/.exec(line)?.[1] ?? "") }));
  const called = (path: string) => calls.find(({ line, at }) => at > since && line.includes(path))?.at ?? NaN;
  const until = (Date.now() / 1000).toFixed(3);
  const from = (since / 1000).toFixed(3);
  const events = await host.run(
    ...["docker", "events", "--since", from, "--until", until, "--format"],
    '{{.TimeNano}} {{.Type}} {{.Action}} {{index .Actor.Attributes "slipway.service"}}',
  );
  const happened = (what: string) =>
    Number(new RegExp(`^(\\d+)\\d{6} ${what}`, "m").exec(events)?.[1] ?? NaN);
  return {
    pullCalled: called("/images/create"),
    pulled: happened("image pull"),
    startCalled: called(`/containers/${id}/start`),
    stopped: happened("container stop web"),
  };
}

/** While `work` is done, the engine logs every call that it gets, and the fleet's caller is still. */
export async function withCallsLogged({ host }: FaultFleet, work: () => Promise<void>): Promise<void> {
  const settings = "/etc/docker/daemon.json";
  const original = await host.run("cat", settings);
  const caller = (await host.containers()).find(({ service }) => service === "caller")?.id ?? "";
  const reload = async (text: string) => {
    await host.run("sh", "-c", 'printf %s "$1" >"$2"; pkill -HUP -x dockerd', "sh", text, settings);
    await sleep(500);
  };
  await reload(JSON.stringify({ ...(JSON.parse(original) as object), debug: true }));
  await host.run("docker", "pause", caller);
  try {
    await work();
  } finally {
    await host.run("docker", "unpause", caller);
    await reload(original);
  }
}
