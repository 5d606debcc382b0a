import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "../../lab.ts";
import { Fleet } from "../fleet.ts";

/** A stack of its own with the services of a file beside this one. */
export class EdgeFleet extends Fleet {
  private readonly stack: string;

  constructor(stack: string, services: string, environment: Record<string, string>) {
    super(`${paths.own}/${stack}`, { ...environment, PULUMI_STACK: stack }, "022");
    this.stack = stack;
    writeFileSync(join(this.folder, "services.ts"), `export * from "./tests/e2e/edge/${services}";\n`);
  }

  /** Sets a key of the stack's configuration; a secret where it says so. */
  async set(key: string, value: string, ...options: "--secret"[]): Promise<void> {
    await this.must("pulumi", "config", "set", ...options, key, "--", value);
  }

  /** `slipway maintenance` of a service; gives what it printed. */
  maintenance(...args: string[]): Promise<string> {
    return this.must(process.execPath, "cli/slipway.mjs", "maintenance", ...args);
  }

  /** Runs a program in a service's container. */
  async inside(service: string, ...command: string[]): Promise<string> {
    const labels = { stack: this.stack, service };
    const filters = Object.entries(labels).flatMap(([key, value]) => [
      "--filter",
      `label=slipway.${key}=${value}`,
    ]);
    const id = (await this.must("docker", "ps", "--quiet", ...filters)).trim();
    return this.must("docker", "exec", id, ...command);
  }

  /** What a service's container gets from a URL. */
  get(service: string, url: string): Promise<string> {
    const python = `import urllib.request as r; print(r.urlopen("${url}").read().decode(), end="")`;
    return this.inside(service, "python3", "-c", python);
  }

  /** Gives services of the fleet another version. */
  release(version: string, ...files: string[]): void {
    for (const file of files) this.edit(file, /VERSION = ".*"/, `VERSION = "${version}"`);
  }
}
