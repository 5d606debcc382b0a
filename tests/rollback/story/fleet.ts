import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resourcesIn } from "../../../stack/history.ts";
import type { Service } from "../../../model/catalogue/service.ts";
import { Fleet } from "../../e2e/fleet.ts";
import { Host } from "../../faults/harness/host.ts";
import type { Checkpoint } from "../../history/backends.ts";
import { paths, testLab } from "../../lab.ts";

const NAME = "story";
const STATE = join(paths.state, ".pulumi");

/** What is seen of a service on the host. */
export interface Sight {
  /** The container that runs. */
  id: string;
  /** `repository@sha256:…` */
  image: string;
  /** What it answers. */
  content: string;
  /** The last container, where that was made to take over and has not. */
  waits?: { id: string; image: string } | undefined;
}
export type Sights = ReadonlyMap<string, Sight>;

/** A checkout in a git repository of its own, whose services are of one make; one of them has a volume. */
export class StoryFleet extends Fleet {
  private readonly host: Host;

  private constructor(environment: Record<string, string>, host: Host) {
    // Plain files, which are read here without what is tested.
    const plain = { PULUMI_STACK: NAME, PULUMI_DIY_BACKEND_ZSTD: "false" };
    super(`${paths.own}/${NAME}`, { ...environment, ...plain }, "022");
    this.host = host;
  }

  static async make(): Promise<StoryFleet> {
    const { lab, environment } = await testLab();
    const fleet = new StoryFleet(environment, new Host(lab));
    await fleet.initStack(NAME);
    return fleet;
  }

  async remove(): Promise<void> {
    await this.destroy();
    rmSync(this.folder, { recursive: true });
  }

  /** Writes services.ts: these services, each with its content. Commits all there is where that is a change. */
  write(contents: ReadonlyMap<string, string>): void {
    const services = [...contents].map(([name, CONTENT]): Service => ({
      name,
      build: { context: "tests/rollback/fleet", base: "python-base", args: { CONTENT } },
      http: { port: 8000, path: `/${name}` },
      health: { path: `/${name}` },
      ...(name === "store" && { volumes: [{ source: "data", target: "/data" }] }),
      startTimeout: "30 seconds",
      drainTimeout: "1 second",
      stopGracePeriod: "3 seconds",
    }));
    const text = `export const bases = [{ name: "python-base" }];\nexport const services = ${JSON.stringify(services, null, 2)};\n`;
    const path = join(this.folder, "services.ts");
    if (readFileSync(path, "utf8") === text) return;
    writeFileSync(path, text);
    this.commit("A step of the story");
  }

  /** The commit that is worked on. */
  head(): string {
    return this.git("rev-parse", "HEAD").trim();
  }

  /** What answers on the host now, by service, and what waits there. */
  async sights(): Promise<Sights> {
    const label = '{{index .Config.Labels "slipway.service"}}';
    const format = `{{.Id}} ${label} {{.Config.Image}} {{.State.Running}}`;
    const list = `docker ps --all --quiet --filter label=slipway.stack=${NAME}`;
    const script = `ids=$(${list}); [ -z "$ids" ] || docker inspect --format '${format}' $ids`;
    const lines = (await this.host.run("sh", "-c", script)).trim();
    // As docker lists them, newest first.
    const containers = lines.split("\n").flatMap((line) => {
      const [id = "", service = "", image = "", running] = line.split(" ");
      return id && service !== "edge" ? [{ id, service, image, running: running === "true" }] : [];
    });
    const running = containers.filter((container) => container.running);
    const sights = running.map(async ({ id, service, image }) => {
      const reply = await fetch(`http://${this.host.ip}/${service}`, { signal: AbortSignal.timeout(10_000) });
      const newest = containers.find((other) => other.service === service);
      return [
        service,
        {
          ...{ id, image, content: (await reply.json()) as string },
          ...(newest?.id !== id && { waits: newest }),
        },
      ] as const;
    });
    return new Map(await Promise.all(sights));
  }

  /** Runs a command in the container that answers for a service. */
  inside(id: string, ...command: string[]): Promise<string> {
    return this.host.run("docker", "exec", "--user", "root", id, ...command);
  }

  /** The ids of the containers whose cutover the state knows to have succeeded. */
  takenOver(): string[] {
    const resources = resourcesIn(join(STATE, `stacks/slipway/${NAME}.json`)) ?? [];
    return resources.flatMap(({ type, inputs }) => {
      const { stdin = "" } = type === "command:local:Command" ? (inputs as { stdin?: string }) : {};
      return /^NEW=(\w+)$/m.exec(stdin)?.[1] ?? [];
    });
  }

  /** How many updates have left a record. */
  recorded(): number {
    return this.recordFiles(".history.json").length;
  }

  /** What each of them has left, oldest first. */
  async checkpoints(): Promise<Checkpoint[]> {
    const history = await this.must("pulumi", "stack", "history", "--json", "--page-size", "0");
    const files = this.recordFiles(".checkpoint.json");
    return (JSON.parse(history) as object[]).reverse().map((update, index) => {
      const text = readFileSync(files[index] ?? "", "utf8");
      const { checkpoint } = JSON.parse(text) as { checkpoint: { latest: object } };
      return { update, deployment: checkpoint.latest };
    });
  }

  private recordFiles(ending: string): string[] {
    const folder = join(STATE, `history/slipway/${NAME}`);
    const files = readdirSync(folder).filter((file) => file.endsWith(ending));
    return files.sort().map((file) => join(folder, file));
  }
}
