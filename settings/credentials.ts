import type * as pulumi from "@pulumi/pulumi";
import type { Account } from "../registry/account.ts";

/** A user of a registry, with the password or token. */
export interface Credentials {
  /** Host of the registry, as in `ghcr.io`. */
  registry: string;
  user: string;
  token: pulumi.Output<string>;
}

/** The same with the token itself. */
export async function accountOf(credentials: Credentials | undefined): Promise<Account | undefined> {
  return credentials && { user: credentials.user, token: await valueOf(credentials.token) };
}

/** The value of an output that is known, as all that comes from the configuration is. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
