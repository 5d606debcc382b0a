import { join } from "node:path";
import { Option } from "commander";
import { type BackupVerb, type ServiceVolumes, backupWords } from "../../host/scripts/backup.ts";
import { DEFAULTS } from "../../model/catalogue/defaults.ts";
import { UserError } from "../../lib/errors.ts";
import type { HostAddress } from "../../model/host/address.ts";
import type { Running } from "../../lib/run.ts";
import { startOnHost } from "../../host/run.ts";
import { commandOn } from "../../host/ssh.ts";
import { showSize } from "../../lib/size.ts";
import type { Session } from "../../stack/session.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { paths } from "../../lib/paths.ts";
import { checkDeployed } from "../lib/deployed-service.ts";
import { progress } from "../lib/progress.ts";

/** The option that says where backups are kept: if it is not given, in the project's folder, and not in git. */
export function placeOption(flag: "--to" | "--from"): Option {
  return new Option(
    `${flag} <place>`,
    "a folder, or s3://bucket/prefix with AWS's environment variables",
  ).default(join(paths.project, "volume-backups"), "volume-backups in the project's folder");
}

/** A deployed service that has volumes, and where they are. */
export interface DeployedVolumes extends ServiceVolumes {
  host: HostAddress;
  /** The image it is deployed with. */
  image: string;
}

/**
 * The service of that name as it is deployed.
 * @throws UserError where there is none, or it has no volumes
 */
export async function readDeployedVolumes(session: Session, name: string): Promise<DeployedVolumes> {
  const { project, stack, services, containers } = await readDeployed(session);
  const service = services.find(({ entry }) => entry.name === name);
  const [host] = service?.hosts ?? [];
  checkDeployed(
    [name],
    services.flatMap(({ entry, hosts }) => (hosts.length ? [entry.name] : [])),
  );
  const volumes = new Map([...(service?.volumes ?? [])].sort());
  if (!service || !host || !volumes.size) {
    const known = services.flatMap(({ entry, volumes }) => (volumes.size ? [entry.name] : [])).join(", ");
    throw new UserError(`${name}: has no volumes; expected ${known || "a service that has"}`);
  }
  const image = containers.find((container) => container.service === name && !container.leaving)?.inputs
    .image;
  return {
    project,
    stack,
    service: name,
    volumes,
    stopGracePeriod: service.entry.stopGracePeriod ?? DEFAULTS.stopGracePeriod,
    host,
    image: image ?? "",
  };
}

/** Runs host/scripts/backup.sh on the service's host; what that prints is shown. Ctrl-C ends it in its own way. */
export function copying(service: DeployedVolumes, verb: BackupVerb): Running {
  const command = commandOn(service.host, backupWords(service, verb), false);
  const stdout = verb === "save" ? "stream" : undefined;
  return startOnHost(service.host, command, { stdout, stderr: progress, endOnSignal: true });
}

/**
 * Shows every five seconds how far a copy is.
 * @returns what ends it
 */
export function showCopied(what: string, bytes: () => number, all?: number): () => void {
  const timer = setInterval(() => {
    progress(`${what}: ${showSize(bytes())}${all === undefined ? "" : ` of ${showSize(all)}`}`);
  }, 5000);
  return () => {
    clearInterval(timer);
  };
}
