import * as pulumi from "@pulumi/pulumi";
import { registryOf } from "../model/image/reference.ts";
import type { Credentials } from "./credentials.ts";
import type { Keys, Reader } from "./reader.ts";

export const keys = {
  registry: {},
  registryUser: { default: "" },
  registryToken: { secret: true },
  pullUser: { default: "" },
  pullToken: { secret: true },
} satisfies Keys;

/** Where images are pushed to and pulled from. */
export interface RegistrySettings {
  /** Registry and folder, as in `ghcr.io/acme`. */
  registry: string;
  /** Absent where the builder's own `docker login` is to be used. */
  push: Credentials | undefined;
  /** Absent where the registry lets anybody pull. */
  pull: Credentials | undefined;
  /** What is allowed and should not stay so, for a preview to show. */
  warnings: string[];
}

/** Form of a registry with its folder. */
export const FOLDER = /^[\w.-]+(:\d+)?(\/[\w.-]+)*$/;
export const FOLDER_EXAMPLE = "as in ghcr.io/acme";

export function read(reader: Reader): RegistrySettings {
  const folder = reader.required("registry", FOLDER, FOLDER_EXAMPLE);
  // Projects share a lab.
  const registry = reader.environment("registry") ? `${folder}/${reader.project}` : folder;
  const push = readCredentials(reader, registry, "registryUser", "registryToken");
  const pull = readCredentials(reader, registry, "pullUser", "pullToken");
  const shared = !pull || reader.text("pullToken") === reader.text("registryToken");
  const warnings = push && shared && !reader.environment("registry") ? [pullsWithPushToken(push)] : [];
  return { registry, push, pull: pull ?? push, warnings };
}

/** The account that the stack reads with at an image's registry, if any; without one, `docker login` may have it. */
export function credentialsAt(
  repository: string,
  { push, pull }: Pick<RegistrySettings, "push" | "pull">,
): Credentials | undefined {
  return [pull, push].find((each) => each?.registry === registryOf(repository));
}

function pullsWithPushToken({ user }: Credentials): string {
  return (
    `Pulumi.${pulumi.getStack()}.yaml/pullUser: the hosts pull with the token of ${user}, which may push: whoever has a ` +
    "host can change images. Set pullUser, and for a token that can only read: pulumi config set --secret pullToken"
  );
}

/**
 * A registry's user with the token, if one is set; where the registry is an environment's, that one's user.
 * @param folder registry and folder, as in `ghcr.io/acme`
 */
export function readCredentials(
  reader: Reader,
  folder: string,
  userKey: string,
  tokenKey: string,
): Credentials | undefined {
  const registry = registryOf(`${folder}/image`);
  const environment = reader.environment("registry");
  if (environment) {
    const user = environment.value("registryUser");
    const token = pulumi.secret(environment.value("registryToken") ?? "");
    return user ? { registry, user, token } : undefined;
  }
  const user = reader.text(userKey);
  if (!user) return undefined;
  const token = reader.secret(tokenKey);
  if (token) return { registry, user, token };
  // A preview pushes nothing, so it can do without.
  if (tokenKey === "registryToken" && pulumi.runtime.isDryRun())
    return { registry, user, token: pulumi.secret("") };
  reader.problem(
    tokenKey,
    `not set, but ${userKey} is "${user}". Run: pulumi config set --secret ${tokenKey}`,
  );
  return undefined;
}
