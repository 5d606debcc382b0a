import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "../../../runtime/packages.mjs";
import { Fleet, type Outcome } from "../../e2e/fleet.ts";
import { paths, testLab } from "../../lab.ts";
import { Host } from "./host.ts";

const SOURCES = "tests/faults/fleet";

/** A change of the sources: the file below tests/faults/fleet, a text in it, and what takes its place. */
export type Edit = readonly [file: string, from: string, to: string];

/** Makes web one that has something wrong with it; the modes are in web.py. */
export function mode(name: string): Edit {
  return ["web/web.py", 'MODE = "good"', `MODE = "${name}"`];
}

/** Puts keys into web's entry of services.ts. */
export function entry(keys: string): Edit {
  return ["services.ts", 'name: "web",', `name: "web", ${keys},`];
}

/** The fleet that things happen to. */
export class FaultFleet extends Fleet {
  readonly host: Host;
  /** Where its services answer, by name. */
  readonly urls: Record<string, string>;
  private releases = 0;

  constructor(name: string, environment: Record<string, string>, host: Host) {
    super(`${paths.own}/${name}`, environment, "022");
    this.host = host;
    const machine = `http://${host.ip}`;
    this.urls = { web: `${machine}/`, caller: `${machine}/caller`, tcp: `${machine}:7000/` };
    writeFileSync(join(this.folder, "services.ts"), `export * from "./${SOURCES}/services.ts";\n`);
  }

  /** Gives web a version that never was before, with these edits and no others; answers its name. */
  release(...edits: readonly Edit[]): string {
    this.releases += 1;
    const version = `v${this.releases}`;
    this.source(version, ...edits);
    return version;
  }

  /** The sources of that version, with these edits and no others. */
  source(version: string, ...edits: readonly Edit[]): void {
    cpSync(join(project, SOURCES), join(this.folder, SOURCES), { recursive: true });
    for (const edit of [["web/web.py", '"v0"', `"${version}"`] as const, ...edits]) this.change(edit);
  }

  /** One more edit of the sources as they are. */
  change([file, from, to]: Edit): void {
    this.edit(`${SOURCES}/${file}`, from, to);
  }

  /** `slipway up` */
  slipwayUp(...args: string[]): Promise<Outcome> {
    return this.slipway("up", ...args);
  }

  /** What a service answers now: "web v1". */
  async answer(service: string): Promise<string> {
    const reply = await fetch(this.urls[service] ?? "", { signal: AbortSignal.timeout(10_000) });
    return (await reply.text()).replace(/[\n"]/g, "");
  }
}

let made: Promise<FaultFleet> | undefined;

/** The one fleet that all rows share, deployed by the first that asks. */
export function faultFleet(): Promise<FaultFleet> {
  made ??= deploy();
  return made;
}

async function deploy(): Promise<FaultFleet> {
  const { lab, environment } = await testLab();
  const fleet = new FaultFleet("faults", environment, new Host(lab));
  await fleet.initStack("dev");
  fleet.release();
  await fleet.must("pulumi", "up", "--yes", "--skip-preview");
  return fleet;
}
