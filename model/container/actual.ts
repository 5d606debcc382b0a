import type { AboutFiles } from "./files.ts";
import type { ImageConfig, Inspected } from "./inspect.ts";
import { LABELS } from "./labels.ts";

/** A container with the stack's labels, as its host shows it. */
export interface ActualContainer {
  inspected: Inspected;
  /** Its image's settings; undefined where the image is gone. */
  image?: ImageConfig | undefined;
  /** When it was made, as ISO 8601 has it, or whatever it says of that. */
  imageCreated?: string | undefined;
  memoryBytes?: number | undefined;
  /** Of one that is checked by a path: "healthy", or how it answered the edge. */
  pathHealth?: string | undefined;
  /** Of one that is given files, where that was asked for. */
  aboutFiles?: AboutFiles | undefined;
}

/** Its name on the host. */
export function containerName({ inspected }: ActualContainer): string {
  return inspected.Name.slice(1);
}

/** Its state in Docker's words, with the exit code of one that has ended: "running", "exited (1)". */
export function describeState({ inspected: { State } }: ActualContainer): string {
  return State.Status === "exited" ? `exited (${State.ExitCode})` : State.Status;
}

/**
 * Why the engine could not start it, as it says itself, but for names in place of ids. At its own start it tries once, and
 * then what a container needs may not be there yet: a device, a disk, the one whose network it has.
 * @param host the stack's containers on its host
 */
export function startError({ inspected }: ActualContainer, host: readonly ActualContainer[]): string {
  const error = (inspected.State.Error ?? "").trim().replace(/\b[0-9a-f]{64}\b/g, (id) => {
    const named = host.find((other) => other.inspected.Id === id);
    return named ? containerName(named) : id;
  });
  return error && `: ${error}`;
}

/** Whether its cutover has put it into service: host/scripts/cutover.sh explains the restart policy's part in it. */
export function hasTakenOver(container: ActualContainer): boolean {
  const { Config, HostConfig, State } = container.inspected;
  if (Config.Labels?.[LABELS.ends] === "yes") return hasEndedWell(container);
  return !["", "no"].includes(HostConfig.RestartPolicy.Name) && State.Status !== "created";
}

/** Whether it has ended with 0, and its restart policy leaves it at that. */
export function hasEndedWell({ inspected: { HostConfig, State } }: ActualContainer): boolean {
  return State.Status === "exited" && State.ExitCode === 0 && HostConfig.RestartPolicy.Name !== "always";
}

export function isRunning({ inspected }: ActualContainer): boolean {
  return inspected.State.Status === "running";
}

/** The one that was created last. */
export function newest(containers: readonly ActualContainer[]): ActualContainer | undefined {
  return containers.toSorted((a, b) => (a.inspected.Created < b.inspected.Created ? 1 : -1))[0];
}

/** Whether its labels name this service and slot. */
export function isOf(
  { inspected }: ActualContainer,
  { service, slot }: { service: string; slot: string },
): boolean {
  const { Labels } = inspected.Config;
  return Labels?.[LABELS.service] === service && Labels[LABELS.slot] === slot;
}
