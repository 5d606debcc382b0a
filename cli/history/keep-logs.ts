import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onEach, onHost } from "../../host/run.ts";
import { logsScript, parseLogLine } from "../../host/scripts/logs.ts";
import { kept } from "../../lib/paths.ts";
import type { Deployed } from "../../model/state/deployed.ts";
import { replicaName } from "../../model/rollout/replica.ts";
import type { Session } from "../../stack/session.ts";
import { progress } from "../lib/progress.ts";

/**
 * Keeps the last 1,000 lines of each container of these services in a file, for its owner's eyes: when they have been
 * rolled back, their containers are gone, and the logs with them. A host that does not answer is said, and no failure.
 */
export async function keepLogs(
  session: Session,
  { hosts, containers }: Deployed,
  services: readonly string[],
): Promise<void> {
  const here = containers.filter(({ service, leaving }) => services.includes(service) && !leaving);
  const found = hosts.filter(({ name }) => here.some(({ host }) => host === name));
  const folder = join(session.folder, kept.logs(session.stack));
  await onEach(found, progress, async (host) => {
    const there = here.filter((container) => container.host === host.name).map(({ service }) => service);
    const args = { ...session, services: [...new Set(there)], tail: "1000", since: "", follow: false };
    const lines = (await onHost(host, logsScript(args)))
      .split("\n")
      .flatMap((line) => parseLogLine(line) ?? []);
    const texts = new Map<string, string>();
    for (const { service, slot, container, time, text } of lines) {
      const name = `${replicaName(service, slot)}-${container.slice(0, 12)}`;
      texts.set(name, `${texts.get(name) ?? ""}${time} ${text}\n`);
    }
    for (const [name, text] of texts) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, `${name}.log`), text, { mode: 0o600 });
      progress(`${name}: its last log lines are kept in ${join(kept.logs(session.stack), `${name}.log`)}`);
    }
  });
}
