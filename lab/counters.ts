import { inside } from "./machine.ts";
import { type Lab, labName } from "./lab.ts";
import { registryPort } from "./registry.ts";

/** What went over a lab's wires. */
export interface Counts {
  /** What the registry received from the builder and other programs of its machine, TCP and TLS included. */
  pushedBytes: number;
  /** What the host received from the registry. */
  pulledBytes: number;
  /** TCP connections opened to the host's sshd. */
  sshConnections: number;
}

/** Counts, at the lab's first host, by rules of its packet filters that let everything pass. */
export class Counters {
  private readonly lab: Lab;
  private readonly host: string;
  private readonly name: string;

  constructor(lab: Lab) {
    const [first] = lab.hosts;
    if (!first) throw new Error("the lab has no host");
    this.lab = lab;
    this.host = first.name;
    this.name = `${labName(lab)}-count`;
  }

  /** Where each rule is, and what it matches. */
  private get rules(): [machine: string, rule: string[]][] {
    const [ip = ""] = this.lab.registry.split(":");
    const port = String(registryPort);
    const comment = (name: string) => ["-m", "comment", "--comment", `${this.name}-${name}`];
    return [
      // The builder and the tools run on the machine the registry runs on.
      ["registry", ["INPUT", "-i", "lo", "-p", "tcp", "-d", ip, "--dport", port, ...comment("pushed")]],
      [this.host, ["INPUT", "-p", "tcp", "--sport", port, ...comment("pulled")]],
      [this.host, ["INPUT", "-p", "tcp", "--dport", "22", "--syn", ...comment("ssh")]],
    ];
  }

  async start(): Promise<void> {
    await this.stop();
    for (const [machine, rule] of this.rules) await this.run(machine, ["iptables", "-I", ...rule]);
  }

  async stop(): Promise<void> {
    for (const [machine, rule] of this.rules) {
      const removed = () =>
        this.run(machine, ["iptables", "-D", ...rule]).then(
          () => true,
          () => false,
        );
      while (await removed());
    }
  }

  /** What passed since the start. */
  async read(): Promise<Counts> {
    const saved = [
      await this.run("registry", ["iptables-save", "-c"]),
      await this.run(this.host, ["iptables-save", "-c"]),
    ].join("\n");
    const count = (name: string, which: 1 | 2) =>
      Number(new RegExp(`^\\[(\\d+):(\\d+)\\] .*${this.name}-${name}`, "m").exec(saved)?.[which] ?? NaN);
    return {
      pushedBytes: count("pushed", 2),
      pulledBytes: count("pulled", 2),
      sshConnections: count("ssh", 1),
    };
  }

  private run(machine: string, command: string[]): Promise<string> {
    return inside(labName(this.lab), machine, command);
  }
}
