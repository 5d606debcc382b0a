import * as pulumi from "@pulumi/pulumi";
import { isOnPath } from "../../lib/run.ts";
import type { Settings } from "../../settings/load.ts";
import { credentialStore } from "../../registry/credentials.ts";

/** As Go's strconv.ParseBool takes it, which the build plugin reads DOCKER_BUILDKIT by. */
const TRUE = ["", "1", "t", "T", "true", "TRUE", "True"];

/**
 * Says what of the user's Docker would fail the build plugin, previews too, before that says so of each image in its own
 * words.
 * @throws pulumi.RunError in a building stack where DOCKER_BUILDKIT switches BuildKit off, or Docker's credential store is
 * not installed
 */
export function checkDocker(
  { images }: Pick<Settings, "images">,
  env: NodeJS.ProcessEnv = process.env,
): void {
  if (images !== "build") return;
  const { DOCKER_BUILDKIT: buildKit = "" } = env;
  const problems: string[] = [];
  if (!TRUE.includes(buildKit))
    problems.push(`DOCKER_BUILDKIT: without BuildKit nothing can be built, got "${buildKit}"; unset it`);
  const store = credentialStore(env);
  if (store && !isOnPath(`docker-credential-${store}`, env))
    problems.push(
      `docker: credential store not installed, got "${store}" in Docker's config.json; install ` +
        `docker-credential-${store}, or take credsStore out`,
    );
  if (problems.length)
    throw new pulumi.RunError([...problems, "npx --no slipway up does without"].join("\n"));
}
