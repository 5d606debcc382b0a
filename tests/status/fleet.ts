import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ReplicaStatus } from "../../model/state/drift.ts";
import { Fleet } from "../e2e/fleet.ts";
import { Host } from "../faults/harness/host.ts";
import { paths, testLab } from "../lab.ts";

export const SERVICES = "tests/status/fleet/services.ts";
/** A secret that each encoding writes in another way. */
export const ODD_SECRET = 'p@ss "w\\ord"/+ü=x y & <z>\n  second line of it\t~ end';
/** What all of them do. */
export const TICKER = "tests/status/fleet/ticker/ticker.py";

/** A fleet that is looked at from outside. */
export class StatusFleet extends Fleet {
  readonly host: Host;
  /** What a preview said before anything was there. */
  firstPreview = "";
  /** What was said where its given secrets were set. */
  imported = "";

  private constructor(environment: Record<string, string>, host: Host) {
    super(`${paths.own}/status`, { ...environment, PULUMI_STACK: "status" }, "022");
    this.host = host;
    writeFileSync(join(this.folder, "services.ts"), `export * from "./${SERVICES}";\n`);
  }

  /** Deployed from nothing. */
  static async up(): Promise<StatusFleet> {
    const { lab, environment } = await testLab();
    const fleet = new StatusFleet(environment, new Host(lab));
    await fleet.initStack("status");
    const odd = ODD_SECRET.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
    writeFileSync(join(fleet.folder, "given.env"), `# of the status fleet\nODD="${odd}"\nFOREIGN=1\n`);
    fleet.imported = (await fleet.slipway("secrets", "import", "given.env")).text;
    rmSync(join(fleet.folder, "given.env"));
    fleet.firstPreview = await fleet.must("pulumi", "preview");
    await fleet.up();
    return fleet;
  }

  /** What `status --json` says is wrong with each replica: "web.0 stopped". */
  async drift(): Promise<string[]> {
    const { replicas } = JSON.parse((await this.slipway("status", "--json")).stdout) as {
      replicas: ReplicaStatus[];
    };
    return replicas.flatMap(({ service, slot, drift }) =>
      drift.map(({ kind }) => `${service}.${slot} ${kind}`),
    );
  }

  /** Id of the container of a replica. */
  async container(service: string, slot = 0): Promise<string> {
    const labels = ["--filter", `label=slipway.service=${service}`, "--filter", `label=slipway.slot=${slot}`];
    return (await this.must("docker", "ps", "--quiet", "--no-trunc", ...labels)).trim();
  }
}
