/** What clients met while load ran. */
export interface LoadReport {
  sent: number;
  /** Each request that was refused, cut, late or answered with anything but 200. */
  failures: string[];
}

/**
 * Runs `work` while clients, each on a connection kept alive, ask for a URL without pause and without a second try.
 * @param clients how many requests are under way at a time
 */
export async function underLoad(
  url: string,
  clients: number,
  work: () => Promise<void>,
): Promise<LoadReport> {
  const report: LoadReport = { sent: 0, failures: [] };
  let going = true;
  const client = async () => {
    while (going) {
      report.sent += 1;
      try {
        const reply = await fetch(url, { signal: AbortSignal.timeout(10_000) });
        const text = await reply.text();
        if (reply.status !== 200) report.failures.push(`${reply.status} ${text}`);
      } catch (error) {
        report.failures.push(String((error as Error).cause ?? error));
      }
    }
  };
  const running = Array.from({ length: clients }, client);
  try {
    await work();
  } finally {
    going = false;
    await Promise.all(running);
  }
  return report;
}
