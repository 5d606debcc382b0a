import type { Credentials } from "../settings/load.ts";

/** Who asks a registry. */
export interface Account {
  user: string;
  token: string;
}

/** The user and the token itself. */
export async function accountOf(credentials: Credentials | undefined): Promise<Account | undefined> {
  if (!credentials) return undefined;
  const token = await new Promise<string>((resolve) => credentials.token.apply(resolve));
  return { user: credentials.user, token };
}
