import type { Sights } from "./fleet.ts";

/** What an update is to be told to have done to a service. */
export interface ToldChange {
  service: string;
  outcome: "rolled" | "failed" | "removed";
  image: string | undefined;
  pinned: boolean;
  live: boolean;
}

/** What is to be told of an update. */
export interface Told {
  /** None of one that was killed. */
  number: number | undefined;
  kind: string;
  result: string;
  commit: string | undefined;
  changes: ToldChange[];
}

/** When something took over from what answered for a service before, or it was removed: then without an image. */
interface Roll {
  /** Which of the record's updates it was. */
  index: number;
  image: string | undefined;
  content: string | undefined;
  pinned: boolean;
  commit: string | undefined;
}

/** The story's own record, made of what was seen to answer before and after each of its updates. */
export class StoryRecord {
  /** Oldest first. */
  readonly updates: Told[] = [];
  private readonly rolls = new Map<string, Roll[]>();
  private recorded = 0;

  /** Adds an update that has left a record. */
  add(
    update: Pick<Told, "kind" | "result" | "commit">,
    before: Sights,
    after: Sights,
    pinned: (service: string) => boolean,
  ): void {
    this.recorded += 1;
    this.push({ number: this.recorded, ...update }, before, after, pinned);
  }

  /** Adds one that was killed, and has left none. */
  addKilled(before: Sights, after: Sights): void {
    const update = { number: undefined, kind: "update", result: "interrupted", commit: undefined };
    // Where nothing took over, nobody can know of it.
    if (this.changes(before, after, false).length) this.push(update, before, after, () => false);
  }

  private push(
    update: Omit<Told, "changes">,
    before: Sights,
    after: Sights,
    pinned: (service: string) => boolean,
  ): void {
    const changes = this.changes(before, after, update.result === "failed");
    const index = this.updates.length;
    for (const { service, outcome, image } of changes) {
      if (outcome === "failed") continue;
      const roll = {
        ...{ index, image, content: after.get(service)?.content },
        ...{ pinned: pinned(service), commit: update.commit },
      };
      this.rolls.set(service, [...this.rollsOf(service), roll]);
    }
    const told = changes.map((change) => ({
      ...change,
      pinned: change.outcome !== "removed" && pinned(change.service),
      live: false,
    }));
    this.updates.push({ ...update, changes: told });
  }

  private changes(before: Sights, after: Sights, failed: boolean) {
    const services = [...new Set([...before.keys(), ...after.keys()])].sort();
    return services.flatMap((service): Pick<ToldChange, "service" | "outcome" | "image">[] => {
      const [was, is] = [before.get(service), after.get(service)];
      if (!is) return [{ service, outcome: "removed", image: undefined }];
      if (was?.id !== is.id) return [{ service, outcome: "rolled", image: is.image }];
      const tried = is.waits && (failed || is.waits.id !== was.waits?.id);
      return tried ? [{ service, outcome: "failed", image: is.waits?.image }] : [];
    });
  }

  /** What `slipway releases` is to tell, of one service or of all. */
  told(service?: string): Told[] {
    const live = new Map([...this.rolls].map(([name, rolls]) => [name, rolls.at(-1)]));
    return this.updates
      .map((update, index) => ({
        ...update,
        changes: update.changes
          .map((change) => {
            const last = live.get(change.service);
            return { ...change, live: last?.index === index && last.image !== undefined };
          })
          .filter((change) => service === undefined || change.service === service),
      }))
      .filter(({ changes }) => service === undefined || changes.length)
      .reverse();
  }

  rollsOf(service: string): readonly Roll[] {
    return this.rolls.get(service) ?? [];
  }

  /** Which roll answered before another one, with another image. */
  before(service: string, from: number): number | undefined {
    const rolls = this.rollsOf(service);
    return this.last(
      service,
      ({ image }, at) => at < from && image !== undefined && image !== rolls[from]?.image,
    );
  }

  /** Which roll answered when an update had ended. */
  when(service: string, number: number): number | undefined {
    const until = this.updates.findIndex((update) => update.number === number);
    return this.answering(service, ({ index }) => index <= until);
  }

  /** Which roll answered when the last update from a commit had ended, rollbacks from that commit left out. */
  from(service: string, commit: string): number | undefined {
    const until = this.updates.findLastIndex((update) => update.commit === commit);
    return this.answering(service, (roll) => roll.index <= until && !(roll.pinned && roll.commit === commit));
  }

  private answering(service: string, isIt: (roll: Roll) => boolean): number | undefined {
    const at = this.last(service, isIt);
    return this.rollsOf(service)[at ?? -1]?.image === undefined ? undefined : at;
  }

  private last(service: string, isIt: (roll: Roll, at: number) => boolean): number | undefined {
    const at = this.rollsOf(service).findLastIndex(isIt);
    return at < 0 ? undefined : at;
  }
}
