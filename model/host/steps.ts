import type { HostAddress } from "./address.ts";

/**
 * How many steps the sshd of a host takes at once that nobody has set up. Each step of the docker plugin is a session
 * there: ten in one connection (MaxSessions), and of the connections that the others then open, ten may come at once
 * (MaxStartups). Source: sshd_config(5)
 */
const MOST_STEPS = 16;

/** How many steps `pulumi` takes at once: four for each of this machine's cores, its own default, but no more than an sshd takes. */
export function stepsAtOnce(cores: number): number {
  return Math.min(4 * cores, MOST_STEPS);
}

/** What is to be said where more steps are taken at once than the hosts' sshd may take; nothing otherwise. */
export function tooManySteps(steps: number, hosts: readonly HostAddress[]): string[] {
  if (steps <= MOST_STEPS || !hosts.some(({ address }) => address.startsWith("ssh://"))) return [];
  return [
    `pulumi takes ${steps} steps at once, of which a host's sshd may turn some away (MaxSessions, MaxStartups). ` +
      `In your shell: export PULUMI_PARALLEL=${MOST_STEPS}`,
  ];
}
