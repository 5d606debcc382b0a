import { runningMachines } from "../lab/machine.ts";
import { type Process, processes, TICKS } from "./processes.ts";

/** Who spends CPU time in a deployment, in the order in which a profile shows them. */
export const SPENDERS = [
  "slipway and its program (node)",
  "pulumi",
  "pulumi's plugins",
  "buildx",
  "ssh and scripts here",
  "builder",
  "registry",
  "engine of the host",
  "edge of the host",
  "containers, sshd and scripts of the host",
  "programs of the host that ended at once: docker, runc, checks",
] as const;
export type Spender = (typeof SPENDERS)[number];

/** CPU seconds by who spent them. */
export type Spent = Record<Spender, number>;

/** What was spent since the look before. */
export interface Look {
  /** Seconds since the start. */
  at: number;
  spent: Spent;
}

const EVERY_MS = 250;
const ENGINE = /^(dockerd|containerd|containerd-shim|runc|exe$|docker-init|docker-proxy|iptables)/;

/** Looks four times a second who spends CPU time: a command and its children, and the machines of a lab. */
export class Sampler {
  readonly looks: Look[] = [];
  private readonly root: number;
  private readonly machines: ReadonlyMap<number, string>;
  private readonly started = performance.now();
  private readonly timer: NodeJS.Timeout;
  private last: Totals;

  /** @param lab its name, as in labName() */
  constructor(root: number, lab: string) {
    this.root = root;
    this.machines = new Map(
      runningMachines().flatMap(({ lab: its, name, pid }) => (its === lab && pid ? [[pid, name]] : [])),
    );
    this.last = this.totals();
    this.timer = setInterval(() => {
      this.look();
    }, EVERY_MS);
  }

  stop(): readonly Look[] {
    clearInterval(this.timer);
    return this.looks;
  }

  private look(): void {
    const now = this.totals();
    const spent = nothing();
    // Of those that have ended since, only their parents know: what is more in all than in those that live.
    let living = 0;
    for (const [pid, { spender, ticks, inHost }] of now.own) {
      const more = Math.max(0, ticks - (this.last.own.get(pid)?.ticks ?? 0));
      spent[spender] += more / TICKS;
      if (inHost) living += more;
    }
    const ended = Math.max(0, now.host - this.last.host - living);
    spent["programs of the host that ended at once: docker, runc, checks"] += ended / TICKS;
    this.looks.push({ at: (performance.now() - this.started) / 1000, spent });
    this.last = now;
  }

  private totals(): Totals {
    const found = processes();
    const totals: Totals = { own: new Map(), host: 0 };
    for (const [pid, process] of found) {
      const place = this.placeOf(pid, found);
      const spender = place && spenderOf(place, process.name);
      if (!spender) continue;
      const inHost = !["command", "builder", "registry"].includes(place);
      // What runs there comes and goes in the builder: a build's steps are the builder's.
      const ticks = inHost || place === "command" ? process.own : process.own + process.ended;
      totals.own.set(pid, { spender, ticks, inHost });
      if (inHost) totals.host += process.own + process.ended;
    }
    return totals;
  }

  /** "command", the name of a lab's machine, or undefined for all else. */
  private placeOf(pid: number, found: ReadonlyMap<number, Process>): string | undefined {
    if (pid === this.root) return "command";
    const machine = this.machines.get(pid);
    if (machine !== undefined) return machine;
    const parent = found.get(pid)?.parent;
    return parent ? this.placeOf(parent, found) : undefined;
  }
}

/** Ticks of each process, and of all on the hosts, those that have ended there included. */
interface Totals {
  own: Map<number, { spender: Spender; ticks: number; inHost: boolean }>;
  host: number;
}

export function nothing(): Spent {
  return Object.fromEntries(SPENDERS.map((spender) => [spender, 0])) as Spent;
}

function spenderOf(place: string, name: string): Spender {
  if (place === "builder" || place === "registry") return place;
  if (place === "command") {
    if (name === "node" || name === "esbuild") return "slipway and its program (node)";
    if (name === "pulumi") return "pulumi";
    if (name.startsWith("pulumi-")) return "pulumi's plugins";
    return name === "docker-buildx" ? "buildx" : "ssh and scripts here";
  }
  if (ENGINE.test(name)) return "engine of the host";
  return name === "traefik" ? "edge of the host" : "containers, sshd and scripts of the host";
}
