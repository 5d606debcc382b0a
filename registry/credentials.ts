import { execFile } from "node:child_process";
import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Account } from "./account.ts";

interface DockerConfig {
  auths?: Record<string, { auth?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

/** Whom `docker login` has stored for a registry, in its file or in a credential helper. */
export async function storedAccount(host: string): Promise<Account | undefined> {
  const config = readConfig();
  const key = keyOf(host);
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  if (helper) return askHelper(helper, key);
  const [, user, token] = /^([^:]*):(.*)$/s.exec(decoded(config.auths?.[key]?.auth ?? "")) ?? [];
  return user && token ? { user, token } : undefined;
}

/**
 * Makes a Docker configuration in an empty folder that is the user's with one more login, and gives the environment in
 * which buildx uses it.
 */
export function configWithLogin(
  folder: string,
  host: string,
  { user, token }: Account,
): Record<string, string> {
  const users = configFolder();
  for (const entry of existsSync(users) ? readdirSync(users) : []) {
    if (entry !== "config.json") symlinkSync(join(users, entry), join(folder, entry));
  }
  const config = readConfig();
  const auth = Buffer.from(`${user}:${token}`).toString("base64");
  const merged: DockerConfig = {
    ...config,
    auths: { ...config.auths, [keyOf(host)]: { auth } },
    // An empty helper: else the user's credential store would be asked.
    credHelpers: { ...config.credHelpers, [keyOf(host)]: "" },
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(merged), { mode: 0o600 });
  return { DOCKER_CONFIG: folder, BUILDX_CONFIG: process.env.BUILDX_CONFIG ?? join(users, "buildx") };
}

function configFolder(): string {
  return process.env.DOCKER_CONFIG ?? join(homedir(), ".docker");
}

function readConfig(): DockerConfig {
  const file = join(configFolder(), "config.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as DockerConfig) : {};
}

function keyOf(host: string): string {
  return /^(registry-1\.)?docker\.io$/.test(host) ? "https://index.docker.io/v1/" : host;
}

function decoded(text: string): string {
  return Buffer.from(text, "base64").toString();
}

function askHelper(helper: string, key: string): Promise<Account | undefined> {
  return new Promise((resolve) => {
    const child = execFile(`docker-credential-${helper}`, ["get"], (error, stdout) => {
      if (error) {
        resolve(undefined); // it knows none, or is not there: the registry may want none
        return;
      }
      const { Username: user = "", Secret: token = "" } = JSON.parse(stdout) as Record<string, string>;
      resolve({ user, token });
    });
    child.stdin?.end(key);
  });
}
