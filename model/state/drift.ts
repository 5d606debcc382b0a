import { type ContainerInputs, type ImageConfig, type Inspected, differences } from "../container/diff.ts";

/** A container as the stack's state has it. */
export interface Stated {
  id: string;
  host: string;
  service: string;
  /** The replica's number, or what else the container is for. */
  slot: string;
  /** Whether it only waits for its removal. */
  leaving: boolean;
  inputs: ContainerInputs;
}

/** A container with the stack's labels, as its host shows it. */
export interface Seen {
  inspected: Inspected;
  image?: ImageConfig | undefined;
  memoryBytes?: number | undefined;
}

/** In what a replica is not as the last update left it. */
export interface Drift {
  kind: "missing" | "stopped" | "other digest" | "edited by hand" | "stranger" | "roll waiting";
  /** In words, without any value that could be secret. */
  what: string;
}

/** One replica of a service. */
export interface ReplicaStatus {
  service: string;
  /** The replica's number; of a stranger what its label says. */
  slot: string;
  host: string;
  /** The digest in the state. */
  wanted?: string | undefined;
  /** Name, digest and content hash of the container that answers. */
  container?: string | undefined;
  running?: string | undefined;
  content?: string | undefined;
  /** The commit it is of, and whether the folder had changes that the commit has not, where the history tells. */
  commit?: string | undefined;
  dirty?: boolean | undefined;
  /** When that container was last started. */
  since?: string | undefined;
  health: string;
  restarts?: number | undefined;
  memoryBytes?: number | undefined;
  drift: Drift[];
}

/**
 * Every replica that the state or a host has.
 * @param hosts what was seen on each; none where the host did not answer
 */
export function fleetStatus(
  stated: readonly Stated[],
  hosts: ReadonlyMap<string, readonly Seen[] | undefined>,
): ReplicaStatus[] {
  const wanted = stated.filter(({ leaving, slot }) => !leaving && /^\d+$/.test(slot));
  const rows = wanted.map((want) => {
    const around = hosts.get(want.host)?.filter((seen) => isOf(seen, want));
    return around ? replicaStatus(want, around, stated) : withoutAnswer(want);
  });
  const strangers = [...hosts].flatMap(([host, seen = []]) =>
    seen
      .filter((one) => !wanted.some((want) => want.host === host && isOf(one, want)) && !isKnown(one, stated))
      .map((one) => strangerStatus(one, host)),
  );
  return [...rows, ...strangers].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

function place({ service, slot, host }: ReplicaStatus): string {
  return [service, slot.padStart(3), host].join("/");
}

function replicaStatus(want: Stated, around: readonly Seen[], stated: readonly Stated[]): ReplicaStatus {
  const own = around.find(({ inspected }) => inspected.Id === want.id);
  const live =
    own && answers(own) ? own : (newest(around.filter(answers)) ?? (own && runs(own) ? own : undefined));
  const drift: Drift[] = [];
  const tell = (kind: Drift["kind"], what: string) => drift.push({ kind, what });
  if (!own) tell("missing", "the container of the last update is not there");
  else if (!live) tell("stopped", `${name(own)} is ${state(own)} and has not taken over`);
  if (live && !runs(live)) tell("stopped", `${name(live)} is ${state(live)}`);
  if (live && digest(live.inspected.Config.Image) !== digest(want.inputs.image))
    tell(
      "other digest",
      `${name(live)} runs ${live.inspected.Config.Image}, not ${want.inputs.image ?? "none"}`,
    );
  if (live && live !== own && isKnown(live, stated))
    tell(
      "roll waiting",
      `${name(live)} answers still, ${own ? `${name(own)} is ${state(own)}` : "its successor is gone"}`,
    );
  else if (live) {
    const changes = differences(want.inputs, live.inspected, live.image);
    if (changes.length) tell("edited by hand", `${name(live)}: ${changes.join(", ")}`);
  }
  for (const other of around) {
    if (isKnown(other, stated)) {
      if (other !== live && other !== own)
        tell("roll waiting", `${name(other)} is ${state(other)}, still to be removed`);
    } else if (other.inspected.State.Status === "created")
      tell("roll waiting", `${name(other)} was made by an update that was killed; slipway up removes it`);
    else tell("stranger", unknown(other));
  }
  const base = { ...labelled(want), wanted: digest(want.inputs.image), drift };
  return live ? { ...base, ...shown(live) } : { ...base, health: own ? state(own) : "missing" };
}

function withoutAnswer(want: Stated): ReplicaStatus {
  return { ...labelled(want), wanted: digest(want.inputs.image), health: "unknown", drift: [] };
}

function strangerStatus(seen: Seen, host: string): ReplicaStatus {
  const { Labels } = seen.inspected.Config;
  const [service = "", slot = ""] = [Labels?.["slipway.service"], Labels?.["slipway.slot"]];
  return { service, slot, host, ...shown(seen), drift: [{ kind: "stranger", what: unknown(seen) }] };
}

function labelled({ service, slot, host }: Stated) {
  return { service, slot, host };
}

function shown(seen: Seen) {
  const { Config, State, RestartCount } = seen.inspected;
  const revision = Config.Labels?.["org.opencontainers.image.revision"] ?? "";
  return {
    container: name(seen),
    running: digest(Config.Image),
    // Of an image that is not ours it is a commit of somebody else's.
    content: /^[0-9a-f]{16}$/.test(revision) ? revision : undefined,
    since: State.StartedAt,
    health: runs(seen) ? (State.Health?.Status ?? state(seen)) : state(seen),
    restarts: RestartCount,
    memoryBytes: runs(seen) ? seen.memoryBytes : undefined,
  };
}

/** Whether it has taken over: see host/scripts/cutover.sh on the restart policy. */
export function answers({ inspected: { HostConfig, State } }: Seen): boolean {
  return HostConfig.RestartPolicy.Name === "always" && State.Status !== "created";
}

export function runs({ inspected }: Seen): boolean {
  return inspected.State.Status === "running";
}

export function newest(seen: readonly Seen[]): Seen | undefined {
  return [...seen].sort((a, b) => (a.inspected.Created < b.inspected.Created ? 1 : -1))[0];
}

export function isOf({ inspected }: Seen, { service, slot }: Pick<Stated, "service" | "slot">): boolean {
  const { Labels } = inspected.Config;
  return Labels?.["slipway.service"] === service && Labels["slipway.slot"] === slot;
}

function isKnown({ inspected }: Seen, stated: readonly Stated[]): boolean {
  return stated.some(({ id }) => id === inspected.Id);
}

export function name({ inspected }: Seen): string {
  return inspected.Name.slice(1);
}

export function state({ inspected: { State } }: Seen): string {
  return State.Status === "exited" ? `exited (${State.ExitCode})` : State.Status;
}

function unknown(seen: Seen): string {
  return `${name(seen)} is ${state(seen)}, has this stack's labels and is not of its making`;
}

function digest(image: string | undefined): string | undefined {
  return image?.split("@")[1];
}
