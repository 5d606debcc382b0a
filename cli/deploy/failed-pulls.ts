import { onEach, onHost } from "../../host/run.ts";
import { formatPullFailure, pullScript } from "../../host/scripts/pull.ts";
import { takeUnmade } from "../../host/unmade.ts";
import { clip, printable } from "../../lib/text.ts";
import { valueOf } from "../../settings/credentials.ts";
import type { Session } from "../../stack/session.ts";
import { progress } from "../lib/progress.ts";
import { readSettings } from "../project/program-settings.ts";

/**
 * Says why images of an update that has failed could not be pulled, by trying again: the docker plugin keeps the engine's
 * reason to itself. Nothing of those that can be pulled by now.
 */
export async function showFailedPulls(session: Session): Promise<void> {
  const unmade = takeUnmade();
  if (!unmade.length) return;
  const { pull, registry } = (await readSettings(session)).settings;
  const login = pull && { registry: pull.registry, user: pull.user, token: await valueOf(pull.token) };
  const hosts = [...new Map(unmade.map(({ host }) => [host.name, host])).values()];
  await onEach(hosts, progress, async (host) => {
    const images = unmade.filter((container) => container.host.name === host.name).map(({ image }) => image);
    for (const image of new Set(images)) {
      const reason = (await onHost(host, pullScript({ image, login }))).trim();
      const isStock = !image.startsWith(`${registry}/`);
      if (reason) progress(formatPullFailure(host.name, image, clip(printable(reason), 2000), isStock));
    }
  });
}
