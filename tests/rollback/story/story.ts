import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import type { Outcome } from "../../e2e/fleet.ts";
import { type Sights, StoryFleet } from "./fleet.ts";
import { StoryRecord } from "./record.ts";

const SERVICES = ["web", "api", "store"];
const UP = ["up", "--yes", "--skip-preview"];

/** What happens, and how often; in which order, and to what, is left to chance. */
const OFTEN = {
  ...{ change: 4, fail: 3, kill: 4, remove: 1, return: 1, nothing: 2, unpin: 3 },
  ...{ before: 3, toUpdate: 3, toCommit: 3, toDigest: 1 },
};
type Kind = keyof typeof OFTEN;
const KINDS = Object.entries(OFTEN).flatMap(([kind, times]) => Array<Kind>(times).fill(kind as Kind));

/** A thing that happens; `pick` chooses among what it could happen to. */
interface Step {
  kind: Kind;
  pick: number;
}

/** What a verb can be told, and to which roll of which service that leads. */
interface Way {
  service: string;
  roll: number;
  to: string[];
}

/** All things in one order. */
export function stepsBy(seed: number): Step[] {
  const picks = fc.array(fc.nat(999), { minLength: KINDS.length, maxLength: KINDS.length });
  const order = fc.shuffledSubarray(KINDS, { minLength: KINDS.length });
  const [[kinds, numbers] = [[], []]] = fc.sample(fc.tuple(order, picks), { numRuns: 1, seed });
  return kinds.map((kind, index) => ({ kind, pick: numbers[index] ?? 0 }));
}

/** Does to a fleet what can happen to one, and keeps its own record of what truly was live. */
export class Story {
  readonly fleet: StoryFleet;
  readonly record = new StoryRecord();
  /** What services.ts says: the content of each service. One that begins with "sick" never gets healthy. */
  private readonly sources = new Map<string, string>();
  /** To which of its rolls each pinned service is pinned. */
  private readonly pins = new Map<string, number>();
  private seen: Sights = new Map();
  private versions = 0;
  /** How long the last whole update took, in ms. */
  private whole = 0;

  private constructor(fleet: StoryFleet) {
    this.fleet = fleet;
  }

  /** With all services deployed, and a file in the volume of the one that has one. */
  static async begin(): Promise<Story> {
    const story = new Story(await StoryFleet.make());
    story.renew(SERVICES);
    await story.up();
    await story.fleet.inside(story.sight("store").id, "touch", "/data/kept");
    return story;
  }

  /** Lets one thing happen; where it cannot, as nothing is pinned or there to go back to, the sources change. */
  async happens({ kind, pick }: Step): Promise<void> {
    const unpinned = [...this.sources.keys()].filter((name) => !this.pins.has(name));
    const one = <T>(from: readonly T[]): T | undefined => from[pick % Math.max(1, from.length)];
    const pinned = one([...this.pins.keys()]);
    switch (kind) {
      case "nothing":
        return this.up();
      case "fail":
        this.change(pick);
        for (const name of unpinned.slice(0, 1)) this.sources.set(name, `sick v${(this.versions += 1)}`);
        await this.up();
        return pick % 2 ? this.up() : undefined;
      case "kill":
        this.change(pick);
        return this.killed(pick / 1000);
      case "unpin":
        if (pinned) await this.unpin(pinned);
        else this.change(pick);
        return this.up();
      case "remove":
        if (this.pins.has("store")) await this.unpin("store");
        this.sources.delete("store");
        return this.up();
      case "return":
        this.renew(SERVICES.filter((name) => !this.sources.has(name)));
        return this.up();
      case "before":
      case "toUpdate":
      case "toCommit":
      case "toDigest": {
        const way = one(this.waysBack(kind, pick));
        if (way) return kind === "toDigest" ? this.pin(way) : this.rollback(way);
        this.change(pick);
        return this.up();
      }
      case "change":
        this.change(pick);
        return this.up();
    }
  }

  /** Unpins all and goes on to the newest source of all services. */
  async ends(): Promise<void> {
    for (const service of [...this.pins.keys()]) await this.unpin(service);
    this.mend();
    this.renew(SERVICES.filter((name) => !this.sources.has(name)));
    await this.up();
    await this.previews();
    const kept = await this.fleet.inside(this.sight("store").id, "ls", "/data");
    assert.equal(kept.trim(), "kept");
  }

  /** Gives services what they never were before. */
  private renew(services: readonly string[]): void {
    for (const service of services) this.sources.set(service, `v${(this.versions += 1)}`);
  }

  private mend(): void {
    this.renew([...this.sources].filter(([, content]) => content.startsWith("sick")).map(([name]) => name));
  }

  /** Changes one or more services, some of them to what they were before. */
  private change(pick: number): void {
    this.mend();
    const names = [...this.sources.keys()];
    const [first = ""] = names.splice(pick % names.length, 1);
    this.renew([first]);
    const [second] = names;
    const earlier = this.record.rollsOf(second ?? "").flatMap(({ content }) => content ?? [])[0];
    if (second && pick % 2) this.sources.set(second, earlier ?? "v0");
  }

  /** `pulumi up` */
  private async up(): Promise<void> {
    this.fleet.write(this.sources);
    const start = performance.now();
    const outcome = await this.fleet.run("pulumi", ...UP);
    await this.happened(outcome);
    if (outcome.code === 0) this.whole = performance.now() - start;
  }

  /** Puts down what an update has done, and makes sure that it is what was wanted. */
  private async happened({ code, text }: Outcome): Promise<void> {
    const before = this.seen;
    this.seen = await this.fleet.sights();
    const fails = this.sick().length > 0;
    assert.equal(code !== 0, fails, text);
    this.put({ kind: "update", result: fails ? "failed" : "succeeded" }, before, this.seen);
    if (!fails) assert.deepEqual(this.answers(), this.wanted());
  }

  private put(update: { kind: string; result: string }, before: Sights, after: Sights): void {
    const commit = this.fleet.head();
    this.record.add({ ...update, commit }, before, after, (service) => this.pins.has(service));
  }

  /** Kills `pulumi up` after that part of the time it takes, and heals what it has left. */
  private async killed(part: number): Promise<void> {
    this.fleet.write(this.sources);
    const [before, recorded] = [this.seen, this.fleet.recorded()];
    const { process } = this.fleet.start("pulumi", UP);
    const ended = once(process, "exit");
    await sleep(part * this.whole);
    process.kill("SIGKILL");
    await ended;
    if (this.fleet.recorded() > recorded) return this.happened({ code: 0, stdout: "", text: "" });
    const known = this.fleet.takenOver();
    const outcome = await this.fleet.slipway("up");
    // What it has brought and written down: of the rest the healing update knows.
    const after = await this.fleet.sights();
    const brought = [...after].filter(([, { id }]) => known.includes(id));
    this.seen = new Map([...before, ...brought]);
    this.record.addKilled(before, this.seen);
    if (outcome.text.includes("clearing what it left"))
      this.put({ kind: "refresh", result: "succeeded" }, this.seen, this.seen);
    await this.happened(outcome);
  }

  private waysBack(kind: "before" | "toUpdate" | "toCommit" | "toDigest", pick: number): Way[] {
    const services = [...this.sources.keys()].filter((name) => this.seen.has(name));
    const updates = this.record.updates.filter(({ number }) => number !== undefined);
    const { number = 0, commit = "" } = updates[pick % updates.length] ?? {};
    return services.flatMap((service) => {
      const now = this.pins.get(service) ?? this.record.rollsOf(service).length - 1;
      const { roll, to } = {
        before: { roll: this.record.before(service, now), to: [] },
        toUpdate: { roll: this.record.when(service, number), to: ["--to", String(number)] },
        toCommit: { roll: this.record.from(service, commit), to: ["--to", commit.slice(0, 12)] },
        toDigest: this.toDigest(service),
      }[kind];
      return roll === undefined ? [] : [{ service, roll, to }];
    });
  }

  /** The digest that answered first, as it begins. */
  private toDigest(service: string): Omit<Way, "service"> {
    const rolls = this.record.rollsOf(service);
    const image = rolls[0]?.image ?? "";
    const roll = rolls.findLastIndex((each) => each.image === image);
    return { roll, to: ["--to", digestOf(image).slice(0, 19)] };
  }

  private async rollback(way: Way): Promise<void> {
    const before = this.seen;
    await this.goesBack("rollback", way);
    this.seen = await this.fleet.sights();
    assert.equal(this.sight(way.service).content, this.record.rollsOf(way.service)[way.roll]?.content);
    this.put({ kind: "update", result: "succeeded" }, before, this.seen);
    await this.previews();
  }

  private async pin(way: Way): Promise<void> {
    await this.goesBack("pin", way);
    await this.up();
    await this.previews();
  }

  /** Runs a verb that pins, and makes sure that it chose the roll that the record has. */
  private async goesBack(verb: "rollback" | "pin", { service, roll, to }: Way): Promise<void> {
    const { code, stdout, text } = await this.fleet.slipway(verb, service, ...to, "--json");
    assert.equal(code, 0, text);
    const { digest } = (JSON.parse(stdout) as Record<string, { digest: string }>)[service] ?? {};
    const { image = "" } = this.record.rollsOf(service)[roll] ?? {};
    assert.equal(digest, digestOf(image), `${verb} ${service} ${to.join(" ")}`);
    this.pins.set(service, roll);
  }

  private async unpin(service: string): Promise<void> {
    await this.fleet.must(process.execPath, "cli/slipway.mjs", "unpin", service);
    this.pins.delete(service);
    this.mend();
  }

  /** A plain preview changes nothing but what has failed, and says of each pin whether newer source waits. */
  private async previews(): Promise<void> {
    const text = await this.fleet.must("pulumi", "preview", "--non-interactive");
    const failed = this.sick();
    const changes = text
      .split("\n")
      .filter((line) => /^ +(\+|-|~|\+-) .*:/.test(line))
      .filter((line) => !failed.some((service) => line.includes(` ${service} `)));
    assert.deepEqual(changes, []);
    const said = new Set(
      text.match(/pinned to sha256:.*/g)?.map((line) => line.replace(/ \(update \d+\)/, "")),
    );
    const pins = [...this.pins].map(([service, roll]) => {
      const { image = "", content } = this.record.rollsOf(service)[roll] ?? {};
      const waits = content === this.sources.get(service) ? "" : "; newer source waits";
      return `pinned to ${digestOf(image).slice(0, 19)}${waits}`;
    });
    assert.deepEqual([...said].sort(), [...new Set(pins)].sort());
  }

  /** The services whose newest source never gets healthy, and which are not kept from it. */
  private sick(): string[] {
    const names = [...this.sources].filter(([, content]) => content.startsWith("sick"));
    return names.flatMap(([name]) => (this.pins.has(name) ? [] : [name]));
  }

  private wanted(): Record<string, string | undefined> {
    const wanted = [...this.sources].map(([name, content]) => {
      const pin = this.pins.get(name);
      return [name, pin === undefined ? content : this.record.rollsOf(name)[pin]?.content];
    });
    return Object.fromEntries(wanted) as Record<string, string | undefined>;
  }

  private answers(): Record<string, string> {
    return Object.fromEntries([...this.seen].map(([name, { content }]) => [name, content]));
  }

  private sight(service: string) {
    const sight = this.seen.get(service);
    assert.ok(sight, `${service} does not answer`);
    return sight;
  }
}

function digestOf(image: string): string {
  return image.replace(/^.*@/, "");
}
