import type { Lock } from "../image/lock.ts";
import type { Catalogue } from "./service.ts";

/** What the checks of a catalogue need to know of its stack. */
export interface StackContext {
  /** The project's folder, absolute: build contexts are relative to it. */
  folder: string;
  /** Names of the stack's hosts, the default one first. */
  hosts: readonly string[];
  /** Completes short host names; absent where the stack has none. */
  domain: string | undefined;
  /** The reverse proxy; absent where the stack has none. */
  edge: { /** Whether it gets certificates from an ACME server. */ acme: boolean } | undefined;
  /** TCP ports of each host that the edge publishes. */
  edgePorts: readonly number[];
  /** Names of the secrets that the stack's configuration has a value for. */
  secretsGiven: readonly string[];
  /** Names of those whose value is lines of htpasswd. */
  htpasswds: readonly string[];
  /** What is known of stock images. */
  lock: Lock;
}

/**
 * A topic's cross-checks: what a schema cannot see, between entries of the catalogue, and between them and the stack.
 * @returns the problems, each as `services/<name>/<field>: problem[, got X][; expected Y][. What to do]`
 */
export type Check = (catalogue: Catalogue, stack: StackContext) => string[];
