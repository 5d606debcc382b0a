import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Who asks a registry. */
export interface Account {
  user: string;
  token: string;
}

interface DockerConfig {
  auths?: Record<string, { auth?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

/** Whom `docker login` has stored for a registry, in its file or in a credential helper. */
export async function storedAccount(host: string): Promise<Account | undefined> {
  const file = join(process.env.DOCKER_CONFIG ?? join(homedir(), ".docker"), "config.json");
  if (!existsSync(file)) return undefined;
  const config = JSON.parse(readFileSync(file, "utf8")) as DockerConfig;
  const key = host === "registry-1.docker.io" ? "https://index.docker.io/v1/" : host;
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  if (helper) return askHelper(helper, key);
  const [, user, token] = /^([^:]*):(.*)$/s.exec(decoded(config.auths?.[key]?.auth ?? "")) ?? [];
  return user && token ? { user, token } : undefined;
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
