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
  /** How long its containers have to stop. */
  stopGracePeriod: Duration;
}

/** The words that copy the volumes of a service, run on its host. */
export function backupWords(
  { project, stack, service, volumes, stopGracePeriod }: ServiceVolumes,
  verb: "save" | "load" | "start",
): string[] {
  const mounts = [...volumes].flatMap(([name, volume]) => ["--volume", `${volume}:/slipway/${name}`]);
  const variables: BackupVariables = {
    PROJECT: project,
    STACK: stack,
    SERVICE: service,
    MOUNTS: commandLine(mounts),
    VOLUMES: [...volumes.values()].join(" "),
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
