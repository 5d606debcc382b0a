import { readFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Lab } from "../../lab/index.ts";
import { replaceFile } from "../../lib/files.ts";
import { hasStack } from "../../stack/file-backend.ts";
import { answer } from "../../stack/pulumi.ts";
import type { Paths } from "../../lib/paths.ts";
import { assignments, quote } from "../../lib/shell.ts";
import { projectName } from "../../stack/session.ts";
import { DEV_STACK, type Environment, PASSPHRASE, UNSET, labEnvironment } from "./environment.ts";

/** Variables to set, and names of those to unset. */
interface LabShell {
  set: Environment;
  unset: string[];
}

/**
 * What a shell of `lab env` has more and less. Unlike {@link labEnvironment}, which is for one run of the dev stack, it
 * may come to work on other stacks: so it has no passphrase, but a `pulumi` that gives it to the dev stack alone; and no
 * PULUMI_STACK, but the dev stack selected where none is, so that `pulumi stack select` has its effect.
 */
export async function labShell(paths: Paths, lab: Lab): Promise<LabShell> {
  const set = await labEnvironment(paths, lab);
  for (const name of ["PULUMI_STACK", "PULUMI_CONFIG_PASSPHRASE"]) Reflect.deleteProperty(set, name);
  await writePulumi(paths, lab);
  const shell = { folder: paths.project, env: { ...process.env, ...set, PULUMI_STACK: undefined } };
  const isSelected = await answer(shell, "stack", "--show-name").then(Boolean, () => false);
  if (!isSelected && hasStack(paths.state, `${projectName(paths.project)}/${DEV_STACK}`))
    await answer(shell, "stack", "select", DEV_STACK);
  return { set, unset: [...UNSET, "PULUMI_STACK"] };
}

/**
 * The commands for that, for a shell to evaluate. Its PATH gets the folders that are new, once: this process's own has those
 * of npx, too.
 * @param path this process's, with which the set one ends
 */
export function shellCommands({ set, unset }: LabShell, path = process.env.PATH ?? ""): string {
  const { PATH = "", ...rest } = set;
  const folders = PATH.slice(0, PATH.length - path.length);
  const isThere = `${path}:`.includes(folders);
  return [
    `unset ${unset.join(" ")}\n`,
    ...(isThere ? [] : [`export PATH=${quote(folders)}"$PATH"\n`]),
    ...Object.entries(rest).map(([name, value]) => `export ${name}=${quote(value)}\n`),
  ].join("");
}

/** Puts that `pulumi` beside the lab's ssh, in a folder that comes first on PATH. */
async function writePulumi({ bin, project, state }: Paths, lab: Lab): Promise<void> {
  const variables = {
    PROGRAM: join(bin, "pulumi"),
    PROJECT: await realpath(project),
    BACKEND: `file://${state}`,
    DEV_STACK,
    PASSPHRASE,
  };
  const script = readFileSync(new URL("lab-pulumi.sh", import.meta.url), "utf8");
  await replaceFile(join(lab.dir, "bin/pulumi"), `#!/bin/sh\n${assignments(variables)}${script}`, 0o755);
}
