import assert from "node:assert/strict";
import { until } from "../../../lab/wait.ts";
import type { Outcome } from "../../e2e/fleet.ts";
import type { Edit, FaultFleet } from "./fleet.ts";
import type { Container, Host } from "./host.ts";
import type { Traffic } from "./traffic.ts";

const UP = ["up", "--yes", "--skip-preview"];

/** Something done while an update runs; gets the containers that were there before it, and pulumi's process. */
export type Meanwhile = (before: readonly Container[], pid: number) => Promise<void>;

/** What one row does with the fleet, under load, and what it must find each time. */
export class Roll {
  readonly fleet: FaultFleet;
  readonly host: Host;
  /** The first thing the row's failed command said that the row expected. */
  said = "";
  readonly traffic: Traffic;
  /** What the version of web that is deployed answers: "web v1". */
  live: string;
  private wanted: string;

  constructor(fleet: FaultFleet, traffic: Traffic, live: string) {
    this.fleet = fleet;
    this.host = fleet.host;
    this.traffic = traffic;
    this.live = live;
    this.wanted = live;
  }

  /** Gives web a version that never was before, with these edits of the sources and no others. */
  release(...edits: readonly Edit[]): void {
    this.wanted = `web ${this.fleet.release(...edits)}`;
  }

  /** Goes back to the sources of a version, given as what it answered. */
  backTo(answer: string): void {
    this.wanted = answer;
    this.fleet.source(answer.replace("web ", ""));
  }

  /** `pulumi up` with something done meanwhile. */
  async up(meanwhile: Meanwhile, environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const before = await this.host.containers();
    const { process, ended } = this.fleet.start("pulumi", UP, environment);
    try {
      await meanwhile(before, process.pid ?? 0);
    } catch (error) {
      throw new Error(`${String(error)}\nmeanwhile pulumi said:\n${(await ended).text}`, { cause: error });
    }
    return ended;
  }

  /** `pulumi up` or another command makes what the sources say answer. */
  async succeeds(up = this.up(nothing)): Promise<void> {
    const { code, text } = await up;
    assert.equal(code, 0, text);
    assert.equal(await this.fleet.answer("web"), this.wanted);
    this.live = this.wanted;
  }

  /** `pulumi up` or another command fails, says all that, and no request has met the new version meanwhile. */
  async fails(expected: readonly RegExp[], up = this.up(nothing)): Promise<void> {
    // None, but for a version that has answered earlier in this row.
    const met = async () => (await this.traffic.report()).outside.answers[`200 ${this.wanted}`];
    const before = await met();
    await this.breaks(expected, up);
    assert.equal(await this.fleet.answer("web"), this.live);
    if (this.wanted !== this.live) assert.equal(await met(), before);
  }

  /** `pulumi up` or another command fails and says all that; the old or the new version answers. */
  async breaks(expected: readonly RegExp[], up = this.up(nothing)): Promise<void> {
    const { code, text } = await up;
    assert.notEqual(code, 0, text);
    this.says(text, ...expected);
    await this.answersByItself();
  }

  /** A command said all that. */
  says(text: string, ...expected: readonly RegExp[]): void {
    for (const pattern of expected) assert.match(text, pattern);
    this.said ||= expected[0]?.exec(text)?.[0] ?? "";
  }

  /** Waits until the old or the new version answers, with nobody's help. */
  async answersByItself(): Promise<void> {
    let answer = "";
    const answers = async () => {
      answer = await this.fleet.answer("web").catch(String);
      return answer === this.live || answer === this.wanted;
    };
    await until(answers, 60, () => `expected ${this.live} or ${this.wanted}, got ${answer}`);
  }
}

const nothing = () => Promise.resolve();

/** Exactly the wanted containers are there, all of which come back after a reboot, and nothing is left to do. */
export async function assertWhole(fleet: FaultFleet): Promise<void> {
  const containers = await fleet.host.containers();
  const found = containers.map(({ stack, service, state }) => `${stack} ${service} ${state}`);
  const wanted = ["caller", "edge", "tcp", "web"].map((service) => `dev ${service} running`);
  assert.deepEqual(found.sort(), wanted);
  const policy = ["--format", "{{.HostConfig.RestartPolicy.Name}}", ...containers.map(({ id }) => id)];
  const policies = (await fleet.host.run("docker", "inspect", ...policy)).trim().split("\n");
  assert.deepEqual([...new Set(policies)], ["always"]);
  assert.deepEqual(await fleet.up(), {});
}
