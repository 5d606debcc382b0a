import { execFile } from "node:child_process";
import { existsSync, openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as lab from "../../lab/index.ts";
import { runningMachines } from "../../lab/machine.ts";
import { install } from "../../toolchain/install.ts";
import { paths } from "../lab.ts";

/** What a program that has ended leaves. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, however that is. */
export async function run(program: string, args: string[], env = process.env): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, { env, encoding: "utf8" }, (error, stdout, stderr) => {
      resolve({ code: error ? (typeof error.code === "number" ? error.code : 1) : 0, stdout, stderr });
    });
  });
}

/** A lab of the tests' own. */
export class TestLab {
  readonly dir: string;
  /** What the last `up` reported. */
  said: string[] = [];
  private up_: lab.Lab | undefined;
  /**
   * The namespaces its machines have had, which show more than the command lines of processes tell, each held open:
   * else its number would be given to another one.
   */
  private readonly namespaces = new Map<string, number>();

  constructor(name: string) {
    this.dir = join(paths.own, "labs", name);
  }

  /** How to reach it, once it was up. */
  get lab(): lab.Lab {
    if (!this.up_) throw new Error(`${this.dir}: was never up`);
    return this.up_;
  }

  get name(): string {
    return `slipway-${this.lab.id}`;
  }

  async up(hosts = 1, engine?: lab.Engine): Promise<void> {
    this.said = [];
    this.up_ = await lab.up(this.dir, { hosts, engine }, (line) => this.said.push(line));
    for (const pid of Object.values(this.processes())) this.hold(`/proc/${pid}/ns/pid`);
  }

  private hold(namespace: string): void {
    const name = readlinkSync(namespace);
    if (!this.namespaces.has(name)) this.namespaces.set(name, openSync(namespace, "r"));
  }

  async down(): Promise<void> {
    await lab.down(this.dir, () => undefined);
  }

  /** The first process of each machine that runs, by the machine's name. */
  processes(): Record<string, number> {
    const mine = runningMachines().filter((machine) => machine.lab === this.name);
    return Object.fromEntries(mine.map(({ name, pid }) => [name, pid ?? 0]));
  }

  /** Runs a program in the environment that leads to this lab. */
  async run(program: "docker" | "docker-buildx" | "ssh" | "curl", ...args: string[]): Promise<Outcome> {
    const tools: Record<string, string> = await install(["docker", "docker-buildx"], () => undefined);
    const env = lab.labEnv(this.lab, process.env);
    return run(tools[program] ?? program, args, { ...process.env, ...env });
  }

  /** The same for what has to succeed; gives what it printed. */
  async must(program: "docker" | "docker-buildx" | "ssh" | "curl", ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(program, ...args);
    if (code !== 0) throw new Error(`${program} ${args.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Builds an image from a Dockerfile's lines, for this machine's platform or those named, pushes it, gives its name. */
  async build(name: string, dockerfile: string[], ...platforms: string[]): Promise<string> {
    const context = join(this.dir, "context", name);
    await mkdir(context, { recursive: true });
    await writeFile(join(context, "Dockerfile"), `${dockerfile.join("\n")}\n`);
    const image = `${this.lab.registry}/${name}`;
    const options = platforms.length > 0 ? ["--platform", platforms.join(",")] : [];
    await this.must("docker-buildx", "build", ...options, "--tag", image, "--push", context);
    return image;
  }

  /** All there is on this machine that belongs to this lab, a line each that begins with its kind. */
  traces(): string[] {
    const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
    const groups = mounts.map((line) => line.split(" ")).filter(([, , type]) => type?.startsWith("cgroup"));
    const kinds = {
      cgroup: groups.flatMap(([, folder = ""]) => readdirSync(folder).map((name) => join(folder, name))),
      folder: [this.dir].filter((folder) => existsSync(folder)),
      link: readdirSync("/sys/class/net"),
      mount: mounts,
      process: processes().map((pid) => this.describe(pid)),
      run: readdirSync("/run"),
    };
    return Object.entries(kinds).flatMap(([kind, names]) =>
      names
        .filter((name) => name.includes(this.lab.id) || name.includes(this.dir))
        .map((name) => `${kind} ${name}`),
    );
  }

  /** A process's number and command line, and the lab's name when it lives in a namespace of the lab. */
  private describe(pid: string): string {
    try {
      const dead = /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8")); // waits for its parent to notice
      if (dead || pid === String(process.pid)) return "";
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const mine = this.namespaces.has(readlinkSync(`/proc/${pid}/ns/pid`));
      return `${pid} ${command}${mine ? ` in ${this.name}` : ""}`;
    } catch {
      return ""; // it ended in between
    }
  }
}

function processes(): string[] {
  return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
}
