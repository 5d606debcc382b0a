import { UserError } from "../../lib/errors.ts";
import type { Network } from "./networks.ts";
import type { Base, Secret, Service, SharedVolume } from "./service.ts";

/** What services.ts says for one stack, unchecked. */
export interface Declared {
  services: Service[];
  bases?: Base[];
  secrets?: Secret[];
  volumes?: SharedVolume[];
  networks?: Network[];
}

const LISTS = ["services", "bases", "secrets", "volumes", "networks"];

/**
 * What services.ts says for a stack. Each of its exports `services`, `bases`, `secrets`, `volumes` and `networks` is a
 * list, or a function of the stack's name that gives one; or it exports by default a function of the stack's name, or what
 * that would give: `{ services, bases, secrets, volumes, networks }`, or the list of services alone.
 * @param exports of services.ts
 * @throws UserError where a function fails, or gives nothing or a promise
 */
export function declaredFor(exports: object, stack: string): Declared {
  const { default: whole, ...named } = exports as Record<string, unknown>;
  const all = whole === undefined ? {} : called("default", whole, stack);
  const given = (Array.isArray(all) ? { services: all as unknown[] } : all) as Record<string, unknown>;
  const both = Object.keys(given).find((key) => key in named);
  if (both)
    throw new UserError(`services.ts/${both}: is exported, and in the default export. Leave one of them out`);
  const entries = Object.entries({ ...given, ...named });
  return Object.fromEntries(
    entries.map(([key, value]) => [key, LISTS.includes(key) ? called(key, value, stack) : value]),
  ) as unknown as Declared;
}

/** An export's value for a stack. */
function called(key: string, value: unknown, stack: string): unknown {
  const got = typeof value === "function" ? call(key, value as (stack: string) => unknown, stack) : value;
  const at = `services.ts/${key}`;
  const isList = LISTS.includes(key);
  const expected = isList ? "a list" : "{ services: [...] }";
  if (got === undefined || got === null)
    throw new UserError(
      `${at}: gives nothing for stack "${stack}"; expected ${expected}. Is a return missing?`,
    );
  if (got instanceof Promise) {
    got.catch(() => undefined); // that it is one is what is wrong
    throw new UserError(`${at}: gives a promise for stack "${stack}"; expected ${expected}. Leave out async`);
  }
  if (isList ? !Array.isArray(got) : typeof got !== "object")
    throw new UserError(`${at}: is no list for stack "${stack}", got ${describe(got)}; expected ${expected}`);
  return got;
}

function call(key: string, value: (stack: string) => unknown, stack: string): unknown {
  try {
    return value(stack);
  } catch (error) {
    throw new UserError(`services.ts/${key}: fails for stack "${stack}": ${String(error)}`);
  }
}

function describe(value: unknown): string {
  return typeof value === "function" ? "a function" : JSON.stringify(value);
}
