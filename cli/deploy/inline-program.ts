import { createRequire } from "node:module";
import { Server, ServerCredentials, type UntypedHandleCall } from "@grpc/grpc-js";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import events, { type IEventsServer } from "@pulumi/pulumi/proto/events_grpc_pb.js";
import type { EventRequest } from "@pulumi/pulumi/proto/events_pb.js";
import type * as Messages from "@pulumi/pulumi/proto/language_pb.js";
import language from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { beginSurvey } from "../../components/host/survey.ts";
import { runAgain } from "../../components/program/marks.ts";
import { type Run, beginRun } from "../../components/program/run.ts";
import type { Loaded } from "../../settings/load.ts";

type Answer = (error: Error | null, response: Messages.RunResponse) => void;
/** What Pulumi's Automation API runs inline programs with; its declarations leave it out. */
type LanguageServer = Record<string, UntypedHandleCall> & {
  run: (call: unknown, answer: (error?: Error | null, response?: Messages.RunResponse) => void) => void;
};
const { EventsService } = events;
const load = createRequire(import.meta.url);
const { RunResponse } = load("@pulumi/pulumi/proto/language_pb.js") as typeof Messages;
const { LanguageServer } = load("@pulumi/pulumi/automation/server.js") as {
  LanguageServer: new (program: () => Promise<unknown>) => LanguageServer;
};

/** How the program is run. */
interface ProgramOptions {
  /** Names of the cutovers that run once more. @default none */
  again?: readonly string[] | undefined;
  /** Is told what the engine does. */
  onEvent?: (event: EngineEvent) => void;
  /** What the program will read, by who has just read it: hosts are looked at while pulumi starts. */
  loaded?: Loaded | undefined;
}

/**
 * Runs what `pulumi up` runs, index.ts, in this process, which has most of it loaded already: that saves a roll the start
 * of Pulumi's language host and of Node.
 * @param work is given the arguments by which `pulumi` finds it
 */
export async function withProgram<T>(
  work: (args: string[]) => Promise<T>,
  { again = [], onEvent, loaded }: ProgramOptions = {},
): Promise<T> {
  const server = new Server();
  server.addService(language.LanguageRuntimeService, languageServer(again));
  if (onEvent) server.addService(EventsService, eventsServer(onEvent));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  try {
    // Most of it is loaded while pulumi starts, before it asks for the program. Not index.ts, which loads services.ts: that
    // may ask for the stack, which is known from then on.
    const imports = [import("../../components/fleet.ts")];
    if (loaded) beginSurvey(loaded);
    const events = onEvent ? [`--event-log=tcp://127.0.0.1:${port}`] : [];
    const [result] = await Promise.all([work([`--client=127.0.0.1:${port}`, ...events]), ...imports]);
    return result;
  } finally {
    server.forceShutdown();
  }
}

/**
 * Takes the engine's events as they come. Not in a file, which `--event-log` may name too: the plugins' debug lines are
 * among them, with secrets in clear.
 */
function eventsServer(onEvent: (event: EngineEvent) => void): IEventsServer {
  const empty = EventsService.streamEvents.responseDeserialize(Buffer.alloc(0));
  return {
    streamEvents: (call, answer) => {
      call.on("data", (request: EventRequest) => {
        onEvent(JSON.parse(request.getEvent()) as EngineEvent);
      });
      call.on("end", () => {
        answer(null, empty);
      });
    },
  };
}

/** Pulumi's own server of inline programs, which ends the run it begins. */
function languageServer(again: readonly string[]): LanguageServer {
  const methods = new LanguageServer(() => Promise.resolve());
  return Object.assign(methods, {
    run: (call: unknown, answer: Answer) => {
      const started = Date.now();
      let run: Run | undefined;
      // One for each run: what the program declares belongs to the run in whose call it does so.
      const program = new LanguageServer(async () => {
        run = beginRun(started);
        runAgain(again);
        const { default: declareStack } = await import("../../index.ts");
        return declareStack();
      });
      program.run(
        call,
        onlyFirst((error, response) => {
          run?.end();
          // An error has been shown by the SDK; the engine would show it once more.
          answer(null, error ? new RunResponse().setBail(true) : (response ?? new RunResponse()));
        }),
      );
    },
  });
}

/**
 * Takes the first answer alone. After an error the SDK's server gives a second one, with which the engine loses the first:
 * "cardinality violation". Seen with 3.230.0, automation/server.ts, run.
 */
export function onlyFirst<T extends unknown[]>(take: (...answer: T) => void): (...answer: T) => void {
  let taken = false;
  return (...answer) => {
    if (!taken) take(...answer);
    taken = true;
  };
}
