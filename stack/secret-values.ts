import { TYPES } from "../model/state/types.ts";
import { answer } from "./pulumi.ts";
import type { Session } from "./session.ts";
import { readState } from "./state.ts";

/** Values that this process has been given by commands, and no state has yet. */
const printed = new Set<string>();

/** Remembers a secret that a command has printed, for {@link readSecretValues}. */
export function rememberSecret(value: string): void {
  printed.add(value);
}

/**
 * The values of every secret that the session's stack has, given, generated and printed by commands, to keep them out of
 * what is shown.
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
  return [...given, ...generated, ...printed].filter((value) => value !== undefined);
}
