import type { Lab } from "../../lab/index.ts";
import { makeFolder } from "../../lib/files.ts";
import type { Paths } from "../../lib/paths.ts";
import { ENGINE_TUNING } from "../../stack/pulumi.ts";
import { progress } from "../lib/progress.ts";
import { livesInLab } from "./stack-file.ts";

// Lab and toolchain take a third of a second to load, which a shell of `lab env`, or prod's, need not wait for.

/** The stack that `npm start` makes, in the lab or in a Docker engine of the user's own. */
export const DEV_STACK = "dev";
/**
 * Its passphrase. No secret: what it encrypts are the lab's passwords, made for this machine and gone with `npm stop`.
 * Being always the same, its salt can be committed in Pulumi.dev.yaml.
 */
export const PASSPHRASE = "lab";

/** What a process needs to know so that plain `pulumi`, `docker` and `ssh` speak to the project's dev stack. */
export type Environment = Record<string, string>;
/** What such a process must not have: docker would prefer it to the lab's context, the build plugin take it for its engine. */
export const UNSET = ["DOCKER_HOST"];

/** Installs what is missing of the toolchain's programs, and links them into the project's own folder. */
export async function linkPrograms({ bin }: Pick<Paths, "bin">): Promise<void> {
  const { binFolder } = await import("../../toolchain/install.ts");
  await binFolder(bin, ["pulumi", "pulumi-language-nodejs", "docker", "docker-buildx"], progress);
}

/** The toolchain's environment, which is installed if need be: programs, plugins, the dev stack's backend. */
export async function toolEnvironment(paths: Paths): Promise<Environment> {
  const { pulumiHome } = await import("../../toolchain/install.ts");
  await linkPrograms(paths);
  await pulumiHome(paths.pulumiHome, progress);
  makeFolder(paths.state);
  return {
    PATH: `${paths.bin}:${process.env.PATH ?? ""}`,
    PULUMI_HOME: paths.pulumiHome,
    PULUMI_BACKEND_URL: `file://${paths.state}`,
    PULUMI_STACK: DEV_STACK,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
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

/** The environment of the dev stack as it is: with the lab's if it lives there, and that is up. */
export async function devEnvironment(paths: Paths): Promise<Environment> {
  const { status } = await import("../../lab/index.ts");
  const { lab } = livesInLab(paths.project) ? await status(paths.lab) : {};
  return lab ? labEnvironment(paths, lab) : toolEnvironment(paths);
}

/**
 * Gives this process that environment; `eval "$(npx --no slipway lab env)"` gives a shell all but what is for the dev stack
 * alone (lab-shell.ts). Done at the start alone:
 * docker, ssh and the program, which runs in this process, read the environment too.
 */
export function enter(environment: Environment, unset: readonly string[] = UNSET): void {
  Object.assign(process.env, environment);
  for (const name of unset) Reflect.deleteProperty(process.env, name);
}
