import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { textDigest } from "../lib/digest.ts";
import { UserError } from "../lib/errors.ts";
import { run } from "../lib/run.ts";
import type { Account } from "./account.ts";
import { loginKey } from "./address.ts";

interface DockerConfig {
  auths?: Record<string, { auth?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

/** The account that `docker login` has stored for a registry, in its file or in a credential helper. */
export async function storedAccount(registry: string): Promise<Account | undefined> {
  const config = readConfig();
  const key = loginKey(registry);
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  if (helper) return readFromHelper(helper, key);
  const [, user, token] = /^([^:]*):(.*)$/s.exec(decodeBase64(config.auths?.[key]?.auth ?? "")) ?? [];
  return user && token ? { user, token } : undefined;
}

/** The program that keeps the logins of `docker login`, as in `docker-credential-<name>`, where there is one. */
export function credentialStore(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return readConfig(env).credsStore;
}

/**
 * Makes a Docker configuration in an empty folder that is the user's with one more login, and gives the environment in
 * which buildx uses it.
 */
export function configWithLogin(
  folder: string,
  registry: string,
  { user, token }: Account,
): Record<string, string> {
  const config = readConfig();
  const auth = Buffer.from(`${user}:${token}`).toString("base64");
  return writeConfig(folder, {
    ...config,
    auths: { ...config.auths, [loginKey(registry)]: { auth } },
    // An empty helper: else the user's credential store would win.
    credHelpers: { ...config.credHelpers, [loginKey(registry)]: "" },
  });
}

/** The same, without the user's credential store and with no login more. */
export function configWithoutStore(folder: string): Record<string, string> {
  const config = readConfig();
  delete config.credsStore;
  return writeConfig(folder, config);
}

/** Writes a configuration into an empty folder, beside links to the rest of the user's. */
function writeConfig(folder: string, config: DockerConfig): Record<string, string> {
  const users = configFolder();
  for (const entry of existsSync(users) ? readdirSync(users) : []) {
    if (entry !== "config.json") symlinkSync(join(users, entry), join(folder, entry));
  }
  writeFileSync(join(folder, "config.json"), JSON.stringify(config), { mode: 0o600 });
  return { DOCKER_CONFIG: folder, BUILDX_CONFIG: process.env.BUILDX_CONFIG ?? join(users, "buildx") };
}

/** Where the docker command keeps what is the user's. */
export function configFolder({ DOCKER_CONFIG: folder, HOME }: NodeJS.ProcessEnv = process.env): string {
  return folder || join(HOME ?? homedir(), ".docker");
}

/**
 * Where it keeps a context: by the digest of its name. Source: cli/context/store of docker/cli.
 * @param folder that of {@link configFolder}
 */
export function contextFile(folder: string, name: string): string {
  return join(folder, "contexts/meta", textDigest(name), "meta.json");
}

function readConfig(env?: NodeJS.ProcessEnv): DockerConfig {
  const file = join(configFolder(env), "config.json");
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8")) as DockerConfig;
  } catch (error) {
    throw new UserError(`${file}: not Docker's configuration: ${(error as Error).message}`);
  }
}

function decodeBase64(text: string): string {
  return Buffer.from(text, "base64").toString();
}

async function readFromHelper(helper: string, key: string): Promise<Account | undefined> {
  const outcome = await run([`docker-credential-${helper}`, "get"], { input: key }).catch(() => undefined);
  if (outcome?.code !== 0) return undefined; // it has none, or is not installed: the registry may want none
  // What it printed may be the password, and does not stand in the message.
  const { Username: user, Secret: token } = answerOf(outcome.stdout);
  if (user === undefined || token === undefined)
    throw new UserError(`docker-credential-${helper}: no login for ${key} in what it printed; expected JSON`);
  return { user, token };
}

function answerOf(printed: string): { Username?: string; Secret?: string } {
  try {
    return JSON.parse(printed) as { Username?: string; Secret?: string };
  } catch {
    return {};
  }
}
