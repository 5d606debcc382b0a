import { setInterval } from "node:timers";

/** One request of a poll. */
interface Ask {
  begun: number;
  ended: number;
  /** Why it failed; empty where it did not. */
  failure: string;
}

/** Asks every 20 ms, whatever became of the requests before. */
export class Poll {
  private readonly asked: Promise<Ask>[] = [];
  private readonly timer: NodeJS.Timeout;

  /** @param ask fails with what is wrong */
  constructor(ask: () => Promise<void>) {
    this.timer = setInterval(() => this.asked.push(run(ask)), 20);
  }

  /**
   * Ends it. Gives how many requests were sent, how many of them failed and why, how many good ones began and ended
   * between the first and the last that failed, and the milliseconds from the first failed one's begin until one was
   * good again.
   */
  async stop(): Promise<{ sent: number; failures: Record<string, number>; between: number; gap: number }> {
    clearInterval(this.timer);
    const asks = await Promise.all(this.asked);
    const failures: Record<string, number> = {};
    for (const { failure } of asks) if (failure) failures[failure] = (failures[failure] ?? 0) + 1;
    const good = asks.filter(({ failure }) => !failure);
    const failed = asks.filter(({ failure }) => failure);
    const [from, to] = [failed[0]?.begun ?? 0, failed.at(-1)?.begun ?? 0];
    const between = good.filter(({ begun, ended }) => begun > from && ended < to).length;
    const again = Math.min(...good.filter(({ begun }) => begun > to).map(({ ended }) => ended));
    return { sent: asks.length, failures, between, gap: failed.length ? again - from : 0 };
  }
}

async function run(ask: () => Promise<void>): Promise<Ask> {
  const begun = performance.now();
  const failure = await ask().then(
    () => "",
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error),
  );
  return { begun, ended: performance.now(), failure };
}
