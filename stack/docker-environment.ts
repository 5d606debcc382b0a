import { existsSync } from "node:fs";
import type { Progress } from "../lib/progress.ts";
import { run } from "../lib/run.ts";
import { temporaryFolder } from "../lib/temporary.ts";
import { configFolder, contextFile, configWithoutStore, credentialStore } from "../registry/credentials.ts";

/** Variables of the docker command's that would change what is built or run, whatever the stack says. */
const MISLEADING = ["BUILDKIT_SYNTAX", "DOCKER_CONTENT_TRUST", "DOCKER_DEFAULT_PLATFORM"];

/**
 * Frees this process, and so the plugins of each `pulumi` that it starts, from what of the user's Docker would fail every
 * build, previews too, or send it astray: a credential store that does not work, a context that is not there,
 * DOCKER_BUILDKIT=0. Where DOCKER_BUILDKIT says that there is BuildKit, the build plugin does not ask the engine of the
 * user's Docker context for each image.
 */
export async function tameDocker(progress: Progress): Promise<void> {
  process.env.DOCKER_BUILDKIT = "1";
  for (const name of MISLEADING) Reflect.deleteProperty(process.env, name);
  const { DOCKER_CONTEXT: context } = process.env;
  if (context && !hasContext(context)) {
    progress(`docker: done without DOCKER_CONTEXT, got "${context}", which is no context of this user's`);
    Reflect.deleteProperty(process.env, "DOCKER_CONTEXT");
  }
  const store = credentialStore();
  if (!store) return;
  const outcome = await run([`docker-credential-${store}`, "list"]).catch(() => undefined);
  if (outcome?.code === 0) return;
  const why = outcome ? outcome.stderr.trim() || outcome.stdout.trim() : "is not installed";
  progress(`docker: done without its credential store "${store}", which ${outcome ? `says: ${why}` : why}`);
  const { folder, remove } = temporaryFolder();
  process.once("exit", remove);
  Object.assign(process.env, configWithoutStore(folder));
}

/** Whether there is such a context; "default" is not kept. */
function hasContext(name: string): boolean {
  return name === "default" || existsSync(contextFile(configFolder(), name));
}
