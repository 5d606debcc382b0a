import { hashSync } from "bcryptjs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { endConnections } from "../../lab/connections.ts";
import { startMachine, stopMachine } from "../../lab/index.ts";
import { labName, machineFolder } from "../../lab/lab.ts";
import { inside } from "../../lab/machine.ts";
import { kept } from "../../lib/paths.ts";
import { output } from "../../lib/run.ts";
import { seed } from "../../lab/seeding.ts";
import { install } from "../../toolchain/install.ts";
import { type KeyAndCertificate, selfSigned } from "../certificate.ts";
import { Client } from "../e2e/client.ts";
import { Fleet } from "../e2e/fleet.ts";
import { Host } from "../faults/harness/host.ts";
import { paths, testLab } from "../lab.ts";

const quiet = () => undefined;

/** A fleet that loses what it stands on. */
export class LostFleet extends Fleet {
  readonly host: Host;
  private readonly certificate: KeyAndCertificate;

  private constructor(environment: Record<string, string>, host: Host) {
    super(`${paths.own}/disaster`, { ...environment, PULUMI_STACK: "disaster" }, "022");
    this.host = host;
    this.certificate = selfSigned({ hosts: ["web.fleet.test"] });
  }

  /** Deployed from nothing. */
  static async up(): Promise<LostFleet> {
    const { lab, environment } = await testLab();
    const fleet = new LostFleet(environment, new Host(lab));
    await writeFile(
      join(fleet.folder, "services.ts"),
      'export * from "./tests/disaster/fleet/services.ts";\n',
    );
    const { certificate, key } = fleet.certificate;
    await fleet.initStack("disaster", { domain: "fleet.test", https: "certificate", certificate });
    await fleet.must("pulumi", "config", "set", "--secret", "certificateKey", "--", key);
    await fleet.up();
    return fleet;
  }

  /** A line of times for each run of the program in which something was built or rolled. */
  async phases(): Promise<string[]> {
    return (await readFile(join(this.folder, kept.phases()), "utf8")).trim().split("\n");
  }

  /** What web answers, to those who believe the stack's own certificate. */
  async answer(): Promise<string> {
    const { body } = await new Client(this.host.ip).get("https://web.fleet.test/", {
      ca: this.certificate.certificate,
    });
    return body.trim();
  }

  /** What every container runs, by service and replica: `repository@sha256:…`. */
  async images(): Promise<Record<string, string>> {
    return this.inspected("{{.Config.Image}}");
  }

  /** Ids of all containers. */
  async ids(): Promise<Record<string, string>> {
    return this.inspected("{{.Id}}");
  }

  private async inspected(what: string): Promise<Record<string, string>> {
    const ids = (await this.host.containers()).map(({ id }) => id);
    const label = (name: string) => `{{index .Config.Labels "slipway.${name}"}}`;
    const format = `${label("service")}.${label("slot")} ${what}`;
    const lines = (await this.host.run("docker", "inspect", "--format", format, ...ids)).trim().split("\n");
    return Object.fromEntries(lines.sort().map((line) => line.split(" ") as [string, string]));
  }

  /** Runs a script for sh as root in store's container. */
  async inStore(script: string): Promise<string> {
    const { store } = await this.containers();
    return this.must("docker", "exec", "--user", "0:0", store ?? "", "sh", "-c", script);
  }

  /** Takes away all that the host's engine has. */
  async wipeHost(): Promise<void> {
    await this.wipe(this.host.name);
  }

  /** Takes away all that the registry has, but for what does not come from this project. */
  async wipeRegistry(): Promise<void> {
    await this.wipe("registry");
    const tools = await install(["traefik", "docker-buildx"], quiet);
    await seed({ ...this.host.lab, edgeImage: "" }, tools, quiet);
  }

  private async wipe(machine: string): Promise<void> {
    const { lab } = this.host;
    await stopMachine(lab, machine);
    await rm(join(machineFolder(lab, machine), "data"), { recursive: true });
    await startMachine(lab, machine, quiet);
  }

  /** Loses the stack's state and history; its settings stay. */
  async loseState(): Promise<void> {
    await this.must("pulumi", "stack", "rm", "--force", "--yes", "--preserve-config");
    await this.must("pulumi", "stack", "init", "disaster");
  }

  /** Gives the registry's only user another password. */
  async rotateRegistry(password: string): Promise<void> {
    const { lab } = this.host;
    const user = lab.registryUser;
    const line = `${user}:${hashSync(password, 5)}`;
    await inside(labName(lab), "registry", ["sh", "-c", 'echo "$1" >/slipway/htpasswd', "sh", line]);
    for (const [setting, ...value] of [
      ["registry", `${lab.registry}/slipway`],
      ["registryUser", user],
      ["registryToken", "--secret", "--", password],
    ] as [string, ...string[]][])
      await this.must("pulumi", "config", "set", setting, ...value);
  }

  /** Gives this machine another key, and the host only that one to believe. */
  async rotateKey(): Promise<void> {
    const { lab } = this.host;
    const key = join(lab.dir, "ssh/id_ed25519");
    await rm(key);
    await output(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", `${key}.new`]);
    await output(["mv", `${key}.new`, key]);
    await output(["mv", `${key}.new.pub`, `${key}.pub`]);
    const line = await readFile(`${key}.pub`, "utf8");
    await this.host.run("sh", "-c", 'printf %s "$1" >/etc/ssh/authorized_keys', "sh", line);
    endConnections(lab.hosts);
  }

  /** Gives the stack another passphrase. */
  async rotatePassphrase(next: string): Promise<void> {
    const script = `printf '%s\\n%s\\n' "$1" "$1" | pulumi stack change-secrets-provider passphrase`;
    await this.must("sh", "-c", script, "sh", next);
    this.environment.PULUMI_CONFIG_PASSPHRASE = next;
  }

  /** `slipway`, which must succeed; gives what it printed. */
  async slips(...args: string[]): Promise<string> {
    return this.must(process.execPath, "cli/slipway.mjs", ...args);
  }
}
