import { TYPES } from "../model/state/types.ts";
import { answer } from "./pulumi.ts";
import type { Session } from "./session.ts";
import { readState } from "./state.ts";

/**
 * The values of every secret that the session's stack has, given and generated, to keep them out of what is shown.
 * @throws UserError with what pulumi says, as without the stack's passphrase
 */
export async function readSecretValues(session: Session): Promise<string[]> {
  const [config, { resources = [] }] = await Promise.all([
    answer(session, "config", "--show-secrets", "--json"),
    readState(session, { secrets: "shown" }),
  ]);
  const settings = Object.values(JSON.parse(config) as Record<string, { value?: string; secret?: boolean }>);
  const generated = resources
    .filter(({ type }) => type === TYPES.password)
    .map(({ outputs }) => (outputs as { result?: string } | undefined)?.result);
  const given = settings.map(({ value, secret }) => (secret ? value : undefined));
  return [...given, ...generated].filter((value) => value !== undefined);
}
