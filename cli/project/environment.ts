import { mkdirSync } from "node:fs";
import type { Lab } from "../../lab/index.ts";
import { ENGINE_TUNING } from "../../stack/pulumi.ts";
import { type Paths, paths } from "../../lib/paths.ts";
import { progress } from "../lib/progress.ts";
import { livesInLab } from "./stack-file.ts";

// Lab and toolchain take a third of a second to load, which a shell of `lab env`, or prod's, need not wait for.

/** What a shell needs to know so that plain `pulumi`, `docker` and `ssh` speak to the project's dev stack. */
export type Environment = Record<string, string>;

/** Installs what is missing of the toolchain and says where it is. */
export async function toolEnvironment(paths: Paths): Promise<Environment> {
  const { binFolder, pulumiHome } = await import("../../toolchain/install.ts");
  await binFolder(paths.bin, ["pulumi", "pulumi-language-nodejs", "docker", "docker-buildx"], progress);
  await pulumiHome(paths.pulumiHome, progress);
  mkdirSync(paths.state, { recursive: true, mode: 0o700 });
  return {
    PATH: `${paths.bin}:${process.env.PATH ?? ""}`,
    PULUMI_HOME: paths.pulumiHome,
    PULUMI_BACKEND_URL: `file://${paths.state}`,
    PULUMI_STACK: "dev",
    // No secret: what it encrypts are the lab's passwords, made for this machine and gone with `npm stop`. Being
    // always the same, its salt can be committed in Pulumi.dev.yaml.
    PULUMI_CONFIG_PASSPHRASE: "lab",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...ENGINE_TUNING,
  };
}

/** The toolchain's environment and the lab's. */
export async function labEnvironment(paths: Paths, lab: Lab): Promise<Environment> {
  const [tools, { labEnv }] = [await toolEnvironment(paths), await import("../../lab/index.ts")];
  return { ...tools, ...labEnv(lab, { ...process.env, ...tools }) };
}

/**
 * Makes this process speak to the project's dev stack, unless the shell says already which backend it works with:
 * after `lab env`, or with a Pulumi of the user's own.
 */
export async function useProjectTools(): Promise<void> {
  if (process.env.PULUMI_BACKEND_URL || process.env.PULUMI_ACCESS_TOKEN) return;
  const { status } = await import("../../lab/index.ts");
  const { lab } = livesInLab(paths.project) ? await status(paths.lab) : {};
  useEnvironment(lab ? await labEnvironment(paths, lab) : await toolEnvironment(paths));
}

/** Takes these variables over into this process. */
export function useEnvironment(environment: Environment): void {
  Object.assign(process.env, environment);
  // docker would prefer it to the lab's context, and the build plugin would take it for its engine.
  delete process.env.DOCKER_HOST;
}
