import { type Duration, toWholeSeconds } from "../../lib/duration.ts";
import { assignments, commandLine } from "../../lib/shell.ts";
import { readScripts } from "./script.ts";

/** The variables of backup.sh. */
interface BackupVariables {
  /** With STACK and SERVICE: whose volumes. */
  PROJECT: string;
  STACK: string;
  SERVICE: string;
  /** Words for docker that mount each volume at `/slipway/<its name in services.ts>`. */
  MOUNTS: string;
  /** The volumes' names on the host, with a space between. */
  VOLUMES: string;
  /** Names on the host of those that are copied, with a space between; and words that mount them as MOUNTS does. */
  ORIGINALS: string;
  ORIGINAL_MOUNTS: string;
  /** Seconds that its containers have to stop. */
  STOP_GRACE_PERIOD: number;
}

/** A service whose volumes are copied. */
export interface ServiceVolumes {
  project: string;
  stack: string;
  service: string;
  /** Their names on the host by those in services.ts. */
  volumes: ReadonlyMap<string, string>;
  /** Names on the host of the volumes that `copy` fills them from, by the same names. @default none */
  originals?: ReadonlyMap<string, string>;
  /** How long its containers have to stop. */
  stopGracePeriod: Duration;
}

/** What backup.sh can do; its head says what each is. */
export type BackupVerb = "save" | "load" | "copy" | "start";

/** The words that copy the volumes of a service, run on its host. */
export function backupWords(
  { project, stack, service, volumes, originals = new Map(), stopGracePeriod }: ServiceVolumes,
  verb: BackupVerb,
): string[] {
  const variables: BackupVariables = {
    PROJECT: project,
    STACK: stack,
    SERVICE: service,
    MOUNTS: mounts(volumes),
    VOLUMES: [...volumes.values()].join(" "),
    ORIGINALS: [...originals.values()].join(" "),
    ORIGINAL_MOUNTS: mounts(originals, ":ro"),
    STOP_GRACE_PERIOD: toWholeSeconds(stopGracePeriod),
  };
  return [
    "sh",
    "-c",
    assignments({ ...variables }) + readScripts(["containers", "waiting", "lock", "backup"]),
    "sh",
    verb,
  ];
}

function mounts(volumes: ReadonlyMap<string, string>, how = ""): string {
  return commandLine(
    [...volumes].flatMap(([name, volume]) => ["--volume", `${volume}:/slipway/${name}${how}`]),
  );
}
