import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "../../lab/wait.ts";

/** What clients met while load ran. */
export interface LoadReport {
  /** Requests that were sent and have come to their end. */
  sent: number;
  /** Of those: refused, cut, not answered within 10 s, or answered with anything but what was expected. */
  failed: number;
  /** When and how the first few of them failed. */
  failures: string[];
  /** The longest time between one good answer and the next, in milliseconds. */
  longestGap: number;
  /** How often each good answer came: the part that the pattern matches. */
  answers: Record<string, number>;
}

/** Clients in a process of their own, each on a connection kept alive, asking again and again, never a second time. */
export class Load {
  private readonly process: ChildProcess;
  private readonly ended = new AbortController();

  private constructor(args: string[]) {
    const program = fileURLToPath(new URL("client.ts", import.meta.url));
    const loader = new URL("../../runtime/typescript.mjs", import.meta.url).href;
    this.process = fork(program, args, { execArgv: ["--import", loader] });
    this.process.once("exit", () => {
      this.ended.abort();
    });
  }

  /**
   * Begins, and returns when the first request has come to its end.
   * @param clients how many requests are under way at a time
   * @param good what a good answer looks like, "<status> <body>"
   * @param pauseMs between an answer and the same client's next request. @default 0
   * @param host as whom they ask. @default the URL's
   */
  static async start(url: string, clients: number, good: RegExp, pauseMs = 0, host = ""): Promise<Load> {
    const load = new Load([url, String(clients), good.source, String(pauseMs), host]);
    const begun = async () => (await load.report()).sent > 0;
    await until(begun, 20, () => `${url}: not one answer, good or bad`);
    return load;
  }

  /** What happened until now. */
  report(): Promise<LoadReport> {
    return this.ask("report");
  }

  /** Sends no further requests, waits for those under way, and ends. */
  async stop(): Promise<LoadReport> {
    const report = await this.ask("stop");
    this.process.disconnect();
    return report;
  }

  private async ask(question: "report" | "stop"): Promise<LoadReport> {
    const answered = once(this.process, "message", { signal: this.ended.signal });
    this.process.send(question);
    const [report] = (await answered) as [LoadReport];
    return report;
  }
}

/** Runs `work` under load of 200s: hundreds of requests a second, which leaves CPU for the tests beside it. */
export async function underLoad(
  url: string,
  clients: number,
  work: () => Promise<void>,
): Promise<LoadReport> {
  const load = await Load.start(url, clients, /^200 /, 20);
  try {
    await work();
  } catch (error) {
    await load.stop();
    throw error;
  }
  return load.stop();
}
