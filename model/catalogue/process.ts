import * as z from "zod";
import type { Check } from "./stack-context.ts";
import { command, hostName, networkName, path, text } from "./values.ts";

/** What runs in a service's container, and how it is told to end. */
export const processFields = {
  /** Replaces the image's ENTRYPOINT, and with it the image's command. `[""]` leaves the image's out. @default the image's */
  entrypoint: z.array(z.string()).min(1).optional(),
  /** Replaces the image's command. @default the image's */
  command: command.optional(),
  /** The folder in which it begins, an absolute path. @default the image's, else "/" */
  workingDir: path.optional(),
  /** As whom it runs: a user's name or number in the image, or with a group, `user:group`. @default the image's; hardened, 1001:1001 where that is root */
  user: text(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/,
    'must be a user, or user:group, as in "1000:1000"',
  ).optional(),
  /** Further groups of the user, names of the image or numbers. @default none */
  groupAdd: z
    .array(text(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'must be a group, as in "video" or "44"'))
    .optional(),
  /** What the container calls itself. Others reach it by the service's name all the same. @default the container's id */
  hostname: networkName.optional(),
  /** The domain that it takes itself to be in. @default none */
  domainname: hostName.optional(),
  /** Whether it has a terminal: some programs show, or do, nothing without. @default false */
  tty: z.boolean().optional(),
  /** Whether its standard input stays open. @default false */
  stdinOpen: z.boolean().optional(),
  /**
   * Whether a small init of Docker's is process 1: it reaps what others leave, and hands signals on. Off for images whose
   * own init must be process 1, as s6-overlay's. @default true; false for a stock image
   */
  init: z.boolean().optional(),
  /** The signal that tells it to end, "SIGQUIT" or its number. @default the image's, else "SIGTERM" */
  stopSignal: text(/^(SIG[A-Z0-9+-]+|\d{1,2})$/, 'must be a signal, as in "SIGQUIT" or "3"').optional(),
  /** The OCI runtime, one that the host's engine knows, as "nvidia". @default the engine's */
  runtime: text(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'must be the name of a runtime, as in "nvidia"').optional(),
  /**
   * Where its log goes: Docker's driver and the driver's options. `slipway logs` reads those of "json-file", "local" and
   * "journald". @default json-file, 3 files of 10 MB; of another driver no options
   */
  logging: z
    .strictObject({
      driver: text(/^[a-z0-9][a-z0-9./:_-]*$/, 'must be a log driver, as in "journald"'),
      options: z.record(z.string().min(1), z.string()).optional(),
    })
    .optional(),
};

/** Whether a user, with or without a group, is root. */
export function isRoot(user: string): boolean {
  return ["root", "0", ""].includes(user.split(":")[0] ?? "");
}

/** Words that Pulumi's Docker plugin refuses, once the container is to be made. */
export const processProblems: Check = ({ services }) =>
  services.flatMap(({ name, command: words = [] }) =>
    words.flatMap((word, index) =>
      word === ""
        ? [
            `services/${name}/command/${index}: Pulumi's Docker plugin takes no empty word. Set it in the Dockerfile, or use entrypoint`,
          ]
        : [],
    ),
  );
