import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { toolEnvironment } from "../../cli/project/environment.ts";
import { project } from "../../runtime/packages.mjs";
import { pathsOf } from "../../lib/paths.ts";
import { readProcesses } from "../../lib/processes.ts";
import type { StateResource } from "../../model/state/resources.ts";
import { presentState } from "../../stack/file-backend.ts";

/** A service of the throw-away fleet: what it holds, and the shell command that is its cutover. */
export type Fleet = Record<string, { content: string; run?: string }>;

/** Declares services as components/ does, of commands alone: what is a container there is no resource here. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const command = require("@pulumi/command");
for (const [name, { content, run }] of Object.entries(JSON.parse(process.env.FLEET))) {
  const service = new pulumi.ComponentResource("slipway:index:Service", name, { name, content });
  const cutover = new pulumi.ComponentResource("slipway:index:Cutover", name, {}, { parent: service });
  const create = "cat >/dev/null; sleep 1; " + (run ?? "true"); // no real one is quicker
  const stdin = "NEW=" + content + "\\n";
  new command.local.Command(name, { create, stdin, addPreviousOutputInEnv: false }, { parent: cutover });
}`;

/** The stack's name: not the dev stack's, of whose updates this checkout keeps how long what took. */
export const STACK = "story";

/** A real stack of a project named as ours, with a file backend, all in a temporary folder. */
export class Stack {
  readonly folder = mkdtempSync(join(tmpdir(), "slipway-history-"));
  readonly state = pathsOf(this.folder).state;
  environment: NodeJS.ProcessEnv = {};

  async make(): Promise<void> {
    const settings =
      "name: slipway\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.cjs\n";
    writeFileSync(join(this.folder, "Pulumi.yaml"), settings);
    writeFileSync(join(this.folder, "package.json"), "{}");
    writeFileSync(join(this.folder, "index.cjs"), PROGRAM);
    symlinkSync(join(project, "node_modules"), join(this.folder, "node_modules"));
    const own = await toolEnvironment(pathsOf(this.folder));
    this.environment = { ...process.env, ...own, PULUMI_STACK: STACK };
    delete this.environment.PULUMI_ACCESS_TOKEN;
    // Each update says how its state is written.
    delete this.environment.PULUMI_DIY_BACKEND_ZSTD;
    await this.pulumi("stack", "init", STACK);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs an update to its end. */
  async up(fleet: Fleet, more: NodeJS.ProcessEnv = {}): Promise<number> {
    return (await this.ended(this.startUp(fleet, more))).code;
  }

  /** Kills an update as soon as its state has what is waited for. */
  async killUp(fleet: Fleet, isThere: (resources: readonly StateResource[]) => boolean): Promise<void> {
    const update = this.startUp(fleet);
    const ended = this.ended(update);
    const early = ended.then(({ printed }) => {
      throw new Error(`pulumi up: ended before it could be killed: ${printed}`);
    });
    while (!isThere(presentState(this.state, `slipway/${STACK}`)?.resources ?? []))
      await Promise.race([setTimeout(50), early]);
    early.catch(() => undefined); // from now on it may end
    update.kill("SIGKILL");
    await ended;
    // The plugin goes on without it.
    for (const { pid, args } of readProcesses())
      if (args.startsWith(`${this.folder}/`)) process.kill(pid, "SIGKILL");
    await this.pulumi("cancel", "--yes");
  }

  /** Runs `pulumi` and returns what it prints. */
  async pulumi(...args: string[]): Promise<string> {
    const { code, printed } = await this.ended(this.start("pulumi", args, this.folder));
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")}: ${printed}`);
    return printed;
  }

  /** Runs `slipway` of this project. */
  async slipway(args: string[], environment: NodeJS.ProcessEnv = {}) {
    const words = ["--import", "./runtime/typescript.mjs", "cli/main.ts", ...args];
    const child = this.start(process.execPath, words, project, environment);
    const [code, stdout, stderr] = await Promise.all([
      once(child, "close").then(([code]) => code as number),
      text(child.stdout),
      text(child.stderr),
    ]);
    return { code, stdout, stderr };
  }

  private startUp(fleet: Fleet, more: NodeJS.ProcessEnv = {}) {
    const variables = { FLEET: JSON.stringify(fleet), ...more };
    return this.start("pulumi", ["up", "--skip-preview", "--yes"], this.folder, variables);
  }

  private start(program: string, args: string[], cwd: string, more: NodeJS.ProcessEnv = {}) {
    const env = { ...this.environment, ...more };
    return spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  }

  private async ended(child: ReturnType<Stack["start"]>): Promise<{ code: number; printed: string }> {
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code: code ?? 1, printed };
  }
}
