import { posix } from "node:path";

/** What a container has of one kind: values by name, as in LOG_LEVEL: info; by "" where there is only one. */
export type Facts = ReadonlyMap<string, string>;

/** A single value; nothing where it is empty, as Docker shows what was never set. */
export function single(value: string | number | boolean | undefined | null): Facts {
  return new Map(value ? [["", String(value)]] : []);
}

/** What is said of a kind, each by itself. */
export function all(list: readonly string[] | undefined | null): Facts {
  return new Map((list ?? []).map((each) => [each, ""]));
}

/** A command's words. */
export function words(list: readonly string[] | undefined | null): Facts {
  return single(list?.length ? JSON.stringify(list) : "");
}

/** Values by name, as Docker has labels. */
export function named(values: Readonly<Record<string, string>> | undefined | null): Facts {
  return new Map(Object.entries(values ?? {}));
}

/** Lines of `NAME=value`, as Docker has variables. */
export function variables(lines: readonly string[] | undefined | null): Facts {
  return new Map(
    (lines ?? []).map((line) => {
      const [name = "", ...value] = line.split("=");
      return [name, value.join("=")];
    }),
  );
}

/** A mount by its path: what is mounted, and whether it may be written. */
export function mount(path: string, from: string, writable: boolean): [string, string] {
  return [plainPath(path), `${from.startsWith("/") ? plainPath(from) : from} ${writable ? "rw" : "ro"}`];
}

/** An absolute path as the engine has it: without a slash at its end. */
export function plainPath(path: string): string {
  return posix.normalize(path).replace(/(.)\/$/, "$1");
}

/** A published port, `host:container/protocol`, and the host's address that it is on. */
export function portBinding(
  inside: string,
  ip: string | undefined,
  outside: string | number | undefined,
): [string, string] {
  // An engine has two for each port: IPv4 and IPv6 are one here.
  // One that the engine chooses is 0 in what the container was made of.
  return [`${Number(outside) || "any"}:${inside}`, !ip || ip === "::" ? "0.0.0.0" : ip];
}

/** A container's place in a network: the names and the addresses it was given there. */
export function networkPlace(
  name: string,
  aliases: readonly string[] | undefined | null,
  addresses: readonly (string | undefined)[],
): [string, string] {
  const given = [...new Set(aliases ?? [])].sort();
  return [name, [...addresses, ...given].filter(Boolean).join(" ")];
}

/** The host's network, none, or another container's; nothing for networks of Docker's, whatever the engine calls them. */
export function networkModeOf(mode = ""): Facts {
  return single(["default", "bridge"].includes(mode) ? "" : mode);
}
