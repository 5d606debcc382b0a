import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { paths } from "../lib/paths.ts";
import type { Progress } from "../lib/progress.ts";
import { run } from "../lib/run.ts";
import { configWithoutStore, credentialStore } from "../registry/credentials.ts";

/** Variables of the docker command's that would change what is built or run, whatever the stack says. */
const MISLEADING = ["BUILDKIT_SYNTAX", "DOCKER_CONTENT_TRUST", "DOCKER_DEFAULT_PLATFORM"];

/**
 * Frees this process, and so the plugins of each `pulumi` that it starts, from what of the user's Docker would fail every
 * build, previews too, or send it astray: a credential store that does not work, DOCKER_BUILDKIT=0. Where DOCKER_BUILDKIT
 * says that there is BuildKit, the build plugin does not ask the engine of the user's Docker context for each image.
 */
export async function tameDocker(progress: Progress): Promise<void> {
  process.env.DOCKER_BUILDKIT = "1";
  for (const name of MISLEADING) Reflect.deleteProperty(process.env, name);
  const store = credentialStore();
  if (!store) return;
  const outcome = await run([`docker-credential-${store}`, "list"]).catch(() => undefined);
  if (outcome?.code === 0) return;
  const why = outcome ? outcome.stderr.trim() || outcome.stdout.trim() : "is not installed";
  progress(`docker: done without its credential store "${store}", which ${outcome ? `says: ${why}` : why}`);
  mkdirSync(paths.own, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(paths.own, "docker-"));
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  Object.assign(process.env, configWithoutStore(folder));
}
