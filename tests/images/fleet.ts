import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Repository } from "../../registry/client.ts";
import type { Lab } from "../../lab/index.ts";
import { Fleet } from "../e2e/fleet.ts";
import { paths, testLab } from "../lab.ts";

/** What `pulumi preview --json` says of one resource. */
interface Step {
  op: string;
  urn: string;
}

/** A checkout in which every call of the builder is written down. */
export class BuildFleet extends Fleet {
  private readonly lab: Lab;
  private readonly calls: string;
  private readonly stacks = new Set<string>();
  private static stackCount = 0;

  private constructor(
    name: string,
    lab: Lab,
    environment: Record<string, string>,
    calls: string,
    services: "small" | "sample",
  ) {
    super(`${paths.own}/${name}`, environment, "022");
    this.lab = lab;
    this.calls = calls;
    if (services === "small")
      writeFileSync(join(this.folder, "services.ts"), 'export * from "./tests/images/fleet/services.ts";\n');
  }

  /**
   * @param stack the one that is meant where none is named
   * @param services the small fleet of these tests, or the project's sample fleet
   */
  static async make(
    name: string,
    stack: string,
    services: "small" | "sample" = "small",
  ): Promise<BuildFleet> {
    const { lab, environment } = await testLab();
    // Certificates are read once, by this process too.
    process.env.SSL_CERT_DIR = environment.SSL_CERT_DIR;
    const folder = join(paths.own, `${name}-bin`);
    mkdirSync(folder, { recursive: true });
    const calls = join(folder, "calls");
    writeFileSync(calls, "");
    const real = join(paths.bin, "docker-buildx");
    // "gone" beside it: as on a machine that has no builder; "still": the plugin that builds by it stands still afterwards.
    const stop = `[ ! -e ${folder}/still ] || case " $* " in *" build "*) kill -STOP $PPID ;; esac`;
    const script = `#!/bin/sh\necho "$*" >>${calls}\n[ ! -e ${folder}/gone ] || exit 1\n${real} "$@"\ncode=$?\n${stop}\nexit $code\n`;
    writeFileSync(join(folder, "docker-buildx"), script);
    chmodSync(join(folder, "docker-buildx"), 0o755);
    const path = `${folder}:${environment.PATH ?? ""}`;
    return new BuildFleet(name, lab, { ...environment, PATH: path, PULUMI_STACK: stack }, calls, services);
  }

  /** A stack whose images go to that folder of the lab's registry, with tokens of its own as in production. */
  async stack(name: string, folder: string, config: Record<string, string> = {}): Promise<void> {
    await this.must("pulumi", "stack", "init", name);
    this.stacks.add(name);
    // Stacks share the host: each has a network of its own.
    const number = 40 + BuildFleet.stackCount++;
    const settings = {
      registry: `${this.lab.registry}/${folder}`,
      registryUser: this.lab.registryUser,
      pullUser: this.lab.registryUser,
      hosts: "lab",
      builder: "lab",
      edge: "false",
      subnet: `172.${number}.0.0/16`,
      ...config,
    };
    for (const [key, value] of Object.entries(settings))
      await this.must("pulumi", "config", "set", key, value, "-s", name);
    await this.setTokens(name);
  }

  /** Destroys one of its stacks. */
  override async destroy(stack: string): Promise<void> {
    await super.destroy("-s", stack);
    this.stacks.delete(stack);
  }

  /** Leaves nothing behind of it. */
  async remove(): Promise<void> {
    for (const stack of this.stacks) await this.destroy(stack);
    rmSync(this.folder, { recursive: true });
  }

  /** Gives a stack the lab's password. */
  async setTokens(stack: string): Promise<void> {
    const { registryPassword } = this.lab;
    for (const key of ["registryToken", "pullToken", "promoteFromToken"])
      await this.must("pulumi", "config", "set", "--secret", key, registryPassword, "-s", stack);
  }

  /** What the builder was called for since the last time this was asked. */
  builderCalls(): string[] {
    const calls = readFileSync(this.calls, "utf8").trim().split("\n").filter(Boolean);
    writeFileSync(this.calls, "");
    return calls;
  }

  /** `pulumi preview`: the resources that would change, "update Image one". */
  async preview(...args: string[]): Promise<string[]> {
    const { steps } = JSON.parse(await this.must("pulumi", "preview", "--json", ...args)) as {
      steps: Step[];
    };
    return steps
      .filter(({ op }) => op !== "same" && op !== "delete-replaced" && op !== "create-replacement")
      .map(({ op, urn }) => `${op} ${urn.replace(/^.*[:/](\w+)::([^:]+)$/, "$1 $2")}`)
      .sort();
  }

  /** `pulumi up` of a stack: the digests of its services. */
  async digests(stack: string): Promise<Record<string, string>> {
    await this.must("pulumi", "up", "--yes", "--skip-preview", "-s", stack);
    const refs = JSON.parse(
      await this.must("pulumi", "stack", "output", "digests", "--json", "-s", stack),
    ) as object;
    return Object.fromEntries(
      Object.entries(refs).map(([name, ref]) => [name, String(ref).replace(/^.*@/, "")]),
    );
  }

  repository(path: string): Repository {
    const { registry, registryUser: user, registryPassword: token } = this.lab;
    return new Repository(`${registry}/${path}`, { user, token });
  }

  /** Every layer, manifest and link in the registry's storage, with the time it was written. */
  stored(): string[] {
    const storage = join(this.lab.dir, "machines/registry/data/docker/registry/v2");
    return readdirSync(storage, { recursive: true, encoding: "utf8" })
      .filter((path) => !path.includes("_uploads"))
      .flatMap((path) => {
        const stat = statSync(join(storage, path));
        return stat.isFile() ? [`${path} ${stat.mtimeMs}`] : [];
      })
      .sort();
  }

  /** Whether this checkout has a builder. */
  builder(there: boolean): void {
    this.mark("gone", !there);
  }

  /** Whether the build plugin stands still after a build. */
  standStill(still: boolean): void {
    this.mark("still", still);
  }

  private mark(name: string, there: boolean): void {
    const mark = join(this.calls, "..", name);
    if (there) writeFileSync(mark, "");
    else rmSync(mark, { force: true });
  }
}
