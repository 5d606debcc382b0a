import { type ActualContainer, containerName, isRunning } from "../container/actual.ts";

/**
 * Why a container that has another's network has none any more: the other one was started again after it, and with that
 * got a new network. Docker tells nobody, and both go on running.
 * @param host all of the stack's containers there
 * @returns none where its network is there, or is its own
 */
export function lostNetwork(guest: ActualContainer, host: readonly ActualContainer[]): string[] {
  const { NetworkMode = "" } = guest.inspected.HostConfig;
  const owner = host.find(({ inspected }) => NetworkMode === `container:${inspected.Id}`);
  if (!owner || !isRunning(owner) || !isRunning(guest) || startOf(owner) < startOf(guest)) return [];
  return [`its network: ${containerName(owner)}, whose network it had, was started again after it`];
}

function startOf({ inspected }: ActualContainer): number {
  return Date.parse(inspected.State.StartedAt);
}
