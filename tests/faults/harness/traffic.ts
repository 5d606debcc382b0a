import { until } from "../../../lab/wait.ts";
import { Load, type LoadReport } from "../../load/load.ts";
import type { FaultFleet } from "./fleet.ts";

/** What the fleet's own caller says of its calls to web. */
export interface CallerReport {
  /** When it began to count. */
  started: number;
  sent: number;
  failed: number;
  /** The last few. */
  failures: string[];
}

/** The requests of one row, from outside and inside. */
export class Traffic {
  private readonly fleet: FaultFleet;
  private readonly load: Load;
  private readonly before: CallerReport;
  private stopped: Promise<{ outside: LoadReport; inside: CallerReport }> | undefined;

  private constructor(fleet: FaultFleet, load: Load, before: CallerReport) {
    this.fleet = fleet;
    this.load = load;
    this.before = before;
  }

  /** Begins to load a service from outside; the fleet's caller calls web all the time. */
  static async start(fleet: FaultFleet, service: string): Promise<Traffic> {
    const before = await callerReport(fleet);
    const load = await Load.start(fleet.urls[service] ?? "", 20, /^200 "?(web|tcp) v\d+/);
    return new Traffic(fleet, load, before);
  }

  /** What happened until now. */
  async report(): Promise<{ outside: LoadReport; inside: CallerReport }> {
    return { outside: await this.load.report(), inside: await this.inside() };
  }

  /** Ends the load; may be called again for the same answer. */
  stop(): NonNullable<typeof this.stopped> {
    this.stopped ??= this.load.stop().then(async (outside) => ({ outside, inside: await this.inside() }));
    return this.stopped;
  }

  private async inside(): Promise<CallerReport> {
    const { before } = this;
    const now = await callerReport(this.fleet);
    // One that was started anew counts from 0.
    if (now.started !== before.started) return now;
    return { ...now, sent: now.sent - before.sent, failed: now.failed - before.failed };
  }
}

async function callerReport({ urls }: FaultFleet): Promise<CallerReport> {
  const reports: CallerReport[] = [];
  const answers = async () => {
    const reply = await fetch(urls.caller ?? "").catch(() => undefined);
    if (reply?.status === 200) reports.push((await reply.json()) as CallerReport);
    return reports.length > 0;
  };
  await until(answers, 30, () => "the caller does not say how its calls went");
  return reports[0] as CallerReport;
}
