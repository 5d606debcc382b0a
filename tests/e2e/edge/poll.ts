/** One request of a poll. */
interface Ask {
  begun: number;
  ended: number;
  /** Why it failed; empty where it did not. */
  failure: string;
}

/** What became of the requests of a poll. */
export interface Polled {
  sent: number;
  /** How many failed, by the reason. */
  failures: Record<string, number>;
  /** Milliseconds in which nothing answered. */
  gap: number;
  /** Good ones that began and ended in that time: none, if it was one. */
  between: number;
}

/**
 * Asks every 20 ms while the work is done, whatever became of the requests before.
 * @param ask fails with what is wrong
 */
export async function polled(ask: () => Promise<void>, work: () => Promise<void>): Promise<Polled> {
  const asked: Promise<Ask>[] = [];
  const timer = setInterval(() => asked.push(run(ask)), 20);
  await work().finally(() => {
    clearInterval(timer);
  });
  const asks = await Promise.all(asked);
  const failed = asks.filter(({ failure }) => failure);
  const good = asks.filter(({ failure }) => !failure);
  const failures: Record<string, number> = {};
  for (const { failure } of failed) failures[failure] = (failures[failure] ?? 0) + 1;
  // The first was seen to fail, the last to be sent.
  const from = Math.min(...failed.map(({ ended }) => ended));
  const to = Math.max(...failed.map(({ begun }) => begun));
  return {
    sent: asks.length,
    failures,
    gap: Math.max(0, to - from),
    between: good.filter(({ begun, ended }) => begun > from && ended < to).length,
  };
}

async function run(ask: () => Promise<void>): Promise<Ask> {
  const begun = performance.now();
  const failure = await ask().then(
    () => "",
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error),
  );
  return { begun, ended: performance.now(), failure };
}
