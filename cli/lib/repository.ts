import { repositoryAt } from "../../model/image/reference.ts";
import { Repository } from "../../registry/client.ts";
import { accountOf } from "../../settings/credentials.ts";
import { type RegistrySettings, credentialsAt } from "../../settings/registry.ts";

/**
 * A repository, to be read with the account that the stack has there: no other registry is shown it.
 * @param name as docker shows it: "postgres", "ghcr.io/acme/web"
 */
export async function openRepository(
  name: string,
  settings: Pick<RegistrySettings, "push" | "pull">,
): Promise<Repository> {
  const whole = repositoryAt(name, undefined);
  return new Repository(whole, await accountOf(credentialsAt(whole, settings)));
}
