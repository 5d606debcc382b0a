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
  const former = await webs(fleet);
  fleet.release();
  const started = Date.now();
  const { process, ended } = fleet.start("pulumi", ["up", "--yes", "--skip-preview", "--json"]);
  let printed = "";
  let step = NaN;
  process.stdout?.on("data", (data: Buffer) => {
    printed += data.toString();
    if (Number.isNaN(step) && /"resourcePreEvent".*:Image::web"/.test(printed)) step = Date.now();
  });
  const { code, text } = await ended;
  const done = Date.now();
  if (code !== 0) throw new Error(text);

  const build = await buildTimes(fleet, started);
  const [next = ""] = (await webs(fleet)).filter((id) => !former.includes(id));
  const engine = await engineTimes(fleet, started, next, former[0] ?? "");
  const stretches: [string, number, boolean][] = [
    ["pulumi and the program start", step, false],
    ["the build plugin reaches BuildKit", build.started, false],
    ["build", build.built, true],
    ["push", build.pushed, true],
    ["from the build plugin to the host's engine", engine.pullCalled, false],
    ["pull", engine.pulled, true],
    ["the container is made, the cutover sent to the host", engine.startCalled, false],
    ["start until healthy", engine.healthy, true],
    ["route written, edge asked until it is live", engine.routed, false],
    ["old one drained and stopped within its grace", engine.stopped, true],
    ["old one deleted, state saved", done, false],
  ];
  const roll = stretches.map(([what, until, work], index) => ({
    what,
    milliseconds: until - (stretches[index - 1]?.[1] ?? started),
    work,
  }));
  if (!roll.every(({ milliseconds }) => milliseconds >= 0))
    throw new Error(`what was measured does not fit together: ${JSON.stringify(roll)}`);
  return roll;
}

/** `slipway rollback web`, in ms from the command's start until the version before answers. Leaves nothing pinned. */
export async function measuredRollback(fleet: FaultFleet): Promise<number> {
  const before = await fleet.answer("web");
  fleet.release();
  await fleet.must("pulumi", "up", "--yes", "--skip-preview");
  const started = Date.now();
  const { process: child, ended } = fleet.start(process.execPath, ["cli/slipway.mjs", "rollback", "web"]);
  while (child.exitCode === null && (await fleet.answer("web")) !== before) await sleep(20);
  const milliseconds = Date.now() - started;
  const { code, text } = await ended;
  if (code !== 0 || (await fleet.answer("web")) !== before) throw new Error(text);
  await fleet.slipway("unpin", "web");
  await fleet.must("pulumi", "up", "--yes", "--skip-preview");
  return milliseconds;
}

async function webs({ host }: FaultFleet): Promise<string[]> {
  return (await host.containers()).filter(({ service }) => service === "web").map(({ id }) => id);
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
  // On stderr.
  const log = await fleet.run("docker", "buildx", "history", "logs", "--progress", "rawjson", ref);
  const statuses = log.text
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

/** When the host's engine was called, or was done, with what marks the ends of a roll's stretches. */
async function engineTimes({ host }: FaultFleet, since: number, next: string, old: string) {
  const log = await host.run("grep", "-a", "level=debug msg=.Calling POST ", engineLog);
  const calls = log
    .split("\n")
    .map((line) => ({ line, at: Date.parse(/time="([^"]+)"/.exec(line)?.[1] ?? "") }));
  const called = (path: string, after: number) =>
    calls.find(({ line, at }) => at > after && line.includes(path))?.at ?? NaN;
  const [from = "", until = ""] = [since, Date.now()].map((time) => (time / 1000).toFixed(3));
  const format = "{{.TimeNano}} {{.Type}} {{.Action}} {{.Actor.ID}}";
  const events = await host.run("docker", "events", "--since", from, "--until", until, "--format", format);
  const happened = (what: string) =>
    Number(new RegExp(`^(\\d+)\\d{6} ${what}`, "m").exec(events)?.[1] ?? NaN);
  const startCalled = called(`/containers/${next}/start`, since);
  return {
    pullCalled: called("/images/create?", since),
    pulled: happened("image pull"),
    startCalled,
    // The marks that the cutover moves: on the new one as soon as it is healthy, off the old one when the route leads past it.
    healthy: called(`/containers/${next}/update`, startCalled),
    routed: called(`/containers/${old}/update`, startCalled),
    stopped: happened(`container stop ${old}`),
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
    // It keeps what a file does not say.
    await reload(JSON.stringify({ ...(JSON.parse(original) as object), debug: false }));
    await host.run("sh", "-c", 'printf %s "$1" >"$2"', "sh", original, settings);
  }
}
