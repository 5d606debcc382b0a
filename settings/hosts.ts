import { UserError } from "../lib/errors.ts";
import { type HostAddress, parseHosts } from "../model/host/address.ts";
import type { Keys, Reader } from "./reader.ts";

export const keys = {
  hosts: {},
  subnet: { default: "" },
  domain: { default: "" },
} satisfies Keys;

/** The machines, and the fleet's network on each. */
export interface HostSettings {
  hosts: HostAddress[];
  /** Address range of the fleet's network on each host, a /16; undefined: one that is free there is chosen. */
  subnet: string | undefined;
  /** Completes the short host names of services. */
  domain: string | undefined;
}

export function read(reader: Reader): HostSettings {
  return {
    hosts: readHosts(reader),
    subnet: reader.optional("subnet", /^\d+\.\d+\.0\.0\/16$/, "as in 172.28.0.0/16"),
    domain: reader.text("domain") || undefined,
  };
}

function readHosts(reader: Reader): HostAddress[] {
  const text = reader.resolve("hosts");
  if (reader.environment("hosts") && !text) return []; // a problem already
  try {
    return parseHosts(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    for (const line of error.message.split("\n")) reader.problem("hosts", line.replace(/^hosts(\/|: )/, ""));
    return [];
  }
}
