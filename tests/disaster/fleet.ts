import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startMachine, stopMachine } from "../../lab/index.ts";
import { machineFolder } from "../../lab/lab.ts";
import { type KeyAndCertificate, selfSigned } from "../certificate.ts";
import { Client } from "../e2e/client.ts";
import { Fleet } from "../e2e/fleet.ts";
import { Host } from "../faults/harness/host.ts";
import { OWN_PLATFORM, paths, testLab } from "../lab.ts";

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
    await fleet.must("pulumi", "stack", "init", "disaster");
    const { certificate, key } = fleet.certificate;
    for (const [setting, ...value] of [
      ["registry", "lab"],
      ["hosts", "lab"],
      ["builder", "slipway-lab"],
      ["edgeImage", "lab"],
      ["platforms", OWN_PLATFORM],
      ["domain", "fleet.test"],
      ["https", "certificate"],
      ["certificate", "--", certificate],
      ["certificateKey", "--secret", "--", key],
    ] as [string, ...string[]][])
      await fleet.must("pulumi", "config", "set", setting, ...value);
    await fleet.up();
    return fleet;
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
    const { lab, name } = this.host;
    await stopMachine(lab, name);
    await rm(join(machineFolder(lab, name), "data"), { recursive: true });
    await startMachine(lab, name, quiet);
    assert.deepEqual(await this.host.containers(), []);
  }

  /** `slipway`, which must succeed; gives what it printed. */
  async slips(...args: string[]): Promise<string> {
    return this.must(process.execPath, "cli/slipway.mjs", ...args);
  }
}
