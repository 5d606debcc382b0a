import { inside } from "../../../lab/machine.ts";
import { labName, type Lab } from "../../../lab/lab.ts";
import { until } from "../../../lab/wait.ts";

/** A container on the host. */
export interface Container {
  id: string;
  /** The stack and the service that its labels say it is of; empty without. */
  stack: string;
  service: string;
  /** created, running, exited, … */
  state: string;
}

/** The lab's first host, as its own root sees it: also when no ssh and no network leads there. */
export class Host {
  readonly lab: Lab;
  readonly name: string;
  readonly ip: string;

  constructor(lab: Lab) {
    const [first] = lab.hosts;
    if (!first) throw new Error("the lab has no host");
    this.lab = lab;
    this.name = first.name;
    this.ip = first.ip;
  }

  /** Runs a program there, and gives what it printed. */
  run(...command: string[]): Promise<string> {
    return inside(labName(this.lab), this.name, command);
  }

  /** All containers, running or not, whoever's they are. */
  async containers(): Promise<Container[]> {
    const label = (name: string) => `{{.Label "slipway.${name}"}}`;
    const format = `{{.ID}},${label("stack")},${label("service")},{{.State}}`;
    const lines = (await this.run("docker", "ps", "--all", "--no-trunc", "--format", format)).trim();
    return lines.split("\n").flatMap((line) => {
      const [id, stack = "", service = "", state = ""] = line.split(",");
      return id ? [{ id, stack, service, state }] : [];
    });
  }

  /** Waits for a container of that service that is none of `known` and in one of the states, and gives its id. */
  async newContainer(service: string, known: readonly Container[], ...states: string[]): Promise<string> {
    const isNew = (container: Container) =>
      container.service === service &&
      states.includes(container.state) &&
      !known.some(({ id }) => id === container.id);
    let found: Container | undefined;
    await until(
      async () => (found = (await this.containers()).find(isNew)) !== undefined,
      120,
      () => `${service}: no new container that is ${states.join(" or ")}`,
    );
    return found?.id ?? "";
  }

  /** While `work` is done, refuses connections from it (OUTPUT) or to it (INPUT) at that port, the open ones too. */
  async refusing(chain: "INPUT" | "OUTPUT", port: number, work: () => Promise<void>): Promise<void> {
    const rule = ["-p", "tcp", "--dport", String(port), "-j", "REJECT", "--reject-with", "tcp-reset"];
    await this.run("iptables", "-I", chain, ...rule);
    try {
      await work();
    } finally {
      await this.run("iptables", "-D", chain, ...rule);
    }
  }
}
