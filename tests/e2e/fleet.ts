import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { project } from "../../runtime/packages.mjs";
import { OWN_PLATFORM } from "../lab.ts";

/** What a command printed and how it ended. */
export interface Outcome {
  code: number;
  stdout: string;
  /** stdout and stderr as they came. */
  text: string;
}

/** A checkout of the project as it is now, in a folder of its own, used as a person would use it. */
export class Fleet {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;

  /**
   * @param folder made anew
   * @param umask of the checkout: git takes what the person's shell has
   */
  constructor(folder: string, environment: Record<string, string>, umask: string) {
    this.folder = folder;
    this.environment = { ...process.env, ...environment };
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    // An index of its own: what is not committed yet is tested too, and the person's own index stays as it is.
    const env = { ...process.env, GIT_INDEX_FILE: `${folder}.index` };
    const script = `umask ${umask}; git add -A && git checkout-index -a --prefix="$1/"`;
    execFileSync("sh", ["-c", script, "sh", folder], { cwd: project, env });
    rmSync(`${folder}.index`);
    // Those of the person's own stacks.
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".pins.json")))
      rmSync(join(folder, name));
    symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
  }

  /** Starts a command in the folder, in the lab's environment and what is put over it. */
  start(
    command: string,
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
  ): { process: ChildProcess; ended: Promise<Outcome> } {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { ...this.environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const outcome = { code: 0, stdout: "", text: "" };
    child.stdout.on("data", (data: Buffer) => {
      outcome.stdout += data.toString();
      outcome.text += data.toString();
    });
    child.stderr.on("data", (data: Buffer) => (outcome.text += data.toString()));
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        resolve({ ...outcome, code: code ?? 1 });
      });
    });
    return { process: child, ended };
  }

  /** Runs a command in the folder, in the lab's environment. */
  run(command: string, ...args: string[]): Promise<Outcome> {
    return this.start(command, args).ended;
  }

  /** Runs `slipway` of the checkout. */
  slipway(...args: string[]): Promise<Outcome> {
    return this.run(process.execPath, "cli/slipway.mjs", ...args);
  }

  /** Like {@link run}, for what must not fail; gives what it printed to stdout. */
  async must(command: string, ...args: string[]): Promise<string> {
    const outcome = await this.run(command, ...args);
    if (outcome.code !== 0)
      throw new Error(`${command} ${args.join(" ")}: exit code ${outcome.code}\n${outcome.text}`);
    return outcome.stdout;
  }

  /** Makes a stack in the lab, as the dev stack is, but for its images' platforms: what is built here runs here. */
  async initStack(stack: string, more: Record<string, string> = {}): Promise<void> {
    await this.must("pulumi", "stack", "init", stack);
    const lab = { registry: "lab", hosts: "lab", builder: "lab", edgeImage: "lab" };
    const settings = Object.entries({ ...lab, platforms: OWN_PLATFORM, ...more });
    const words = settings.flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    await this.must("pulumi", "config", "set-all", "--stack", stack, ...words);
  }

  /** `pulumi up`, and how many resources of each type it created, updated, replaced or deleted. */
  async up(...options: string[]): Promise<Record<string, number>> {
    const words = ["up", "--yes", "--skip-preview", "--json", ...options];
    const { code, stdout, text } = await this.run("pulumi", ...words);
    if (code !== 0) throw new Error(`pulumi up: exit code ${code}\n${errorsIn(stdout) || text}`);
    return changesIn(stdout);
  }

  /** Destroys the stack and forgets it. Its data, which Slipway leaves, goes too: other tests share the host. */
  async destroy(...options: string[]): Promise<void> {
    await this.must("pulumi", "destroy", "--yes", "--skip-preview", "--remove", ...options);
    const volumes = (
      await this.must("docker", "volume", "ls", "--quiet", "--filter", "dangling=true")
    ).trim();
    if (volumes) await this.must("docker", "volume", "rm", ...volumes.split("\n"));
  }

  /** Ids of the running containers on the first host, by service. */
  async containers(): Promise<Record<string, string>> {
    const format = '{{.Label "slipway.service"}} {{.ID}}';
    const lines = (await this.must("docker", "ps", "--no-trunc", "--format", format)).trim();
    return Object.fromEntries(lines.split("\n").map((line) => line.split(" ") as [string, string]));
  }

  /** Commits all there is, in a repository of the checkout's own. */
  commit(message: string): void {
    this.git("init", "--quiet");
    this.git("add", "--all");
    const author = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
    this.git(...author, "commit", "--quiet", "--message", message);
  }

  /** Runs git in the folder; gives what it printed. */
  git(...args: string[]): string {
    return execFileSync("git", ["-C", this.folder, ...args], { encoding: "utf8" });
  }

  /** Replaces a text in a file of the checkout. */
  edit(file: string, from: string | RegExp, to: string): void {
    const path = join(this.folder, file);
    const before = readFileSync(path, "utf8");
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${file}: has no "${from}"`);
    writeFileSync(path, after);
  }
}

/** An event of the engine, as far as it is read here. */
interface EngineEvent {
  resourcePreEvent?: { metadata: { op: string; type: string } };
  diagnosticEvent?: { severity: string; message: string };
}

/** What went wrong in an update, from its JSON events. */
function errorsIn(events: string): string {
  const lines = events.split("\n").filter((line) => line.startsWith("{"));
  const diagnostics = lines.map((line) => (JSON.parse(line) as EngineEvent).diagnosticEvent);
  return diagnostics.map((event) => (event?.severity === "error" ? event.message : "")).join("");
}

/** Counts the steps of an update by resource type and operation, "same" left out, from its JSON events. */
function changesIn(events: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of events.trim().split("\n")) {
    const step = (JSON.parse(line) as EngineEvent).resourcePreEvent?.metadata;
    if (!step || step.op === "same") continue;
    const key = `${step.op} ${step.type}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
