import { UserError } from "../lib/errors.ts";
import { output, run } from "../lib/run.ts";

/** The Docker engine that `docker` in this shell speaks to. */
export interface Engine {
  /** "linux/arm64" */
  platform: string;
  version: string;
}

const ADVICE = "install Docker's command line, or run it in a shell of: npx --no slipway lab env";

/** @throws UserError where none answers, with why */
export async function readEngine(): Promise<Engine> {
  const format = "{{.Server.Os}}/{{.Server.Arch}} {{.Server.Version}}";
  const { code, stdout, stderr } = await run(["docker", "version", "--format", format], { advice: ADVICE });
  const [platform = "", version = ""] = stdout.trim().split(" ");
  if (code === 0 && version) return { platform, version };
  throw new UserError(
    `docker: no engine answers that could run the containers: ${stderr.trim()}. Start one here, or set DOCKER_HOST`,
  );
}

/** Loads an image out of an archive of `docker save`. */
export async function loadImage(archive: string): Promise<void> {
  await output(["sh", "-c", 'docker load --quiet <"$1"', "sh", archive]);
}

/** Whether the engine has an image. */
export async function hasImage(image: string): Promise<boolean> {
  return (await run(["docker", "image", "inspect", image])).code === 0;
}

export async function pullImage(image: string): Promise<void> {
  await output(["docker", "pull", "--quiet", image]);
}

/** Takes an image's name away, and what it had alone; leaves it where a container uses it. */
export async function removeImage(image: string): Promise<void> {
  await run(["docker", "image", "rm", image], { ownGroup: true });
}

/** Whom an image that the engine has names as user; empty: nobody, which is root. */
export async function userOf(image: string): Promise<string> {
  return (await output(["docker", "image", "inspect", "--format", "{{.Config.User}}", image])).trim();
}
