import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { UserError } from "../lib/errors.ts";
import { answer } from "./pulumi.ts";

/**
 * Which stack a command works on: what `pulumi` in the same shell and in the project's folder would use. Made once, at
 * the command's start, and handed to all that speaks to Pulumi.
 */
export interface Session {
  /** The folder of Pulumi.yaml, absolute. */
  folder: string;
  project: string;
  /** The stack's name, without organization and project. */
  stack: string;
  /** URL of where the state is, as Pulumi writes it; empty where nobody is logged in. */
  backend: string;
  /** The stack as `pulumi --stack` takes it: with organization and project where they were given. */
  name: string;
  /** The environment of each `pulumi`. */
  env: NodeJS.ProcessEnv;
}

/** Where a `pulumi` runs, and with what: a session before its stack is known. */
export type Shell = Pick<Session, "folder" | "env"> & { name?: string };

/**
 * Reads which stack is meant there, by Pulumi's own rules.
 * @param given the stack, as `pulumi --stack` takes it @default PULUMI_STACK, else the one selected in this folder, which
 * `pulumi` is asked for: that takes a third of a second
 * @throws UserError with what pulumi says where no stack is selected
 */
export async function readSession(shell: Shell, given?: string): Promise<Session> {
  const { folder, env } = shell;
  const read = readProject(folder);
  const { name: ownProject = "" } = read;
  const name = given || env.PULUMI_STACK || (await answer(shell, "stack", "--show-name")).trim();
  const [stack = "", project = ownProject, organization] = name.split("/").reverse();
  return {
    folder,
    // Of two words the first is the organization.
    project: organization === undefined ? ownProject : project,
    stack,
    backend: backendOf(shell, read),
    name,
    env,
  };
}

/**
 * Where the state is: PULUMI_BACKEND_URL, else what Pulumi.yaml says, else what `pulumi login` has chosen, else the
 * cloud of PULUMI_API or of PULUMI_ACCESS_TOKEN. Empty where none of them says anything.
 * @param project what Pulumi.yaml has, by who has just read it
 * Source: pkg/workspace/creds.go and pkg/backend/httpstate/backend.go of https://github.com/pulumi/pulumi
 */
export function backendOf({ folder, env }: Shell, project?: Project): string {
  const cloud = env.PULUMI_API || (env.PULUMI_ACCESS_TOKEN ? "https://api.pulumi.com" : "");
  return env.PULUMI_BACKEND_URL || (project ?? readProject(folder)).backend?.url || readLogin(env) || cloud;
}

/** Whether Pulumi Cloud, or a server that speaks as it does, has the state. It is sent each step, and not all of the state. */
export function isCloud({ backend }: Pick<Session, "backend">): boolean {
  return /^https?:/.test(backend);
}

/** The name of the project in a folder. */
export function projectName(folder: string): string {
  return readProject(folder).name ?? "";
}

interface Project {
  name?: string;
  backend?: { url?: string };
}

function readProject(folder: string): Project {
  return parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8")) as Project;
}

/** The backend that `pulumi login` has chosen; empty after `pulumi logout`, and where nobody has logged in. */
function readLogin(env: NodeJS.ProcessEnv): string {
  const folder = env.PULUMI_CREDENTIALS_PATH || env.PULUMI_HOME || join(env.HOME ?? homedir(), ".pulumi");
  const file = join(folder, "credentials.json");
  if (!existsSync(file)) return "";
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { current?: string }).current ?? "";
  } catch (error) {
    throw new UserError(`${file}: cannot be read, got ${(error as Error).message}; run pulumi login again`);
  }
}
