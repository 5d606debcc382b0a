import { textDigest } from "../../lib/digest.ts";
import type { Catalogue } from "../catalogue/service.ts";
import type { LabelledStack } from "../container/labels.ts";
import type { HostAddress } from "../host/address.ts";

/** What of a stack's settings its footings follow from. */
export interface FootingSettings {
  hosts: readonly HostAddress[];
  subnet: string | undefined;
  edge: { owner: LabelledStack; https?: object } | undefined;
}

/**
 * The digest of all that a stack's footings follow from: its networks, its volumes and the secrets made at random, which
 * nobody finds again whose making was not written down. While it stays the same an update makes none of them.
 */
export function footingsDigest(catalogue: Catalogue, settings: FootingSettings): string {
  const { hosts, subnet, edge } = settings;
  const services = catalogue.services.map((entry) => [
    ...[entry.name, entry.host, entry.replicas, entry.networkMode, entry.networks],
    ...[entry.volumes, entry.configs, entry.secretFiles, entry.secrets],
  ]);
  const { networks, volumes } = catalogue;
  const edgeFacts = edge && [edge.owner, edge.https !== undefined];
  const generated = catalogue.secrets.map(({ name, generate, rotate }) => [name, generate, rotate]);
  const all = [hosts, subnet, edgeFacts, networks, volumes, generated, services];
  return textDigest(JSON.stringify(all)).slice(0, 12);
}
