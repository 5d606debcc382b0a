import { existsSync } from "node:fs";
import { delimiter } from "node:path";
import { type Paths, paths } from "../../lib/paths.ts";
import { isOnPath } from "../../lib/run.ts";
import { folderOf } from "../../stack/file-backend.ts";
import { type Session, type Shell, backendOf, readSession } from "../../stack/session.ts";
import { tameDocker } from "../../stack/docker-environment.ts";
import { progress } from "../lib/progress.ts";
import type { StackOption } from "../lib/stack-option.ts";
import { DEV_STACK, PASSPHRASE, devEnvironment, enter, linkPrograms } from "./environment.ts";

/**
 * The session of a verb: what `pulumi` in this shell and the project's folder would use. There is one exception, so that
 * `npm start` needs no further step: where shell and project say nothing at all of Pulumi (no backend by PULUMI_BACKEND_URL,
 * Pulumi.yaml, `pulumi login` or an access token; no stack but "dev" by --stack or PULUMI_STACK), and the dev stack that
 * `npm start` has made is there, then it is that stack, and this process has the environment of `slipway lab env`.
 *
 * The passphrase of that stack is for it alone: in a shell of `lab env` it is not handed to `pulumi` for another stack
 * or backend, which then says itself that it needs one.
 * @throws UserError with what pulumi says where no stack is selected
 */
export async function openSession({ stack }: StackOption): Promise<Session> {
  const shell = { folder: paths.project, env: process.env };
  if (meansDevStack(shell, stack, paths)) enter(await devEnvironment(paths));
  else await findPulumi();
  await tameDocker(progress);
  return withoutDevPassphrase(await readSession(shell, stack), paths);
}

/** Whether the dev stack is meant, as nothing else is named and it is there. */
export function meansDevStack(shell: Shell, stack: string | undefined, { state }: Paths): boolean {
  const named = stack ?? shell.env.PULUMI_STACK ?? "";
  return ["", DEV_STACK].includes(named) && !backendOf(shell) && existsSync(state);
}

/** The session without the dev stack's passphrase, where the shell has it all the same and another stack is meant. */
export function withoutDevPassphrase(session: Session, { pulumiHome, state }: Paths): Session {
  const { PULUMI_CONFIG_PASSPHRASE: passphrase, ...env } = session.env;
  const isDev = session.stack === DEV_STACK && folderOf(session.backend, session.folder) === state;
  return passphrase === PASSPHRASE && env.PULUMI_HOME === pulumiHome && !isDev
    ? { ...session, env }
    : session;
}

/** Where there is no pulumi on PATH, puts the toolchain's programs behind what is there. */
async function findPulumi(): Promise<void> {
  if (isOnPath("pulumi")) return;
  await linkPrograms(paths);
  enter({ PATH: `${process.env.PATH ?? ""}${delimiter}${paths.bin}` }, []);
}
