import { textDigest } from "../../lib/digest.ts";
import type { Catalogue } from "../catalogue/service.ts";
import { secretsInFiles } from "../container/files.ts";
import type { LabelledStack } from "../container/labels.ts";
import type { HostAddress } from "../host/address.ts";
import { hostOf } from "./placement.ts";
import { names } from "./resource-names.ts";
import { sharedNames } from "./shared.ts";

/** What of a stack's settings its footings follow from. */
export interface FootingSettings {
  hosts: readonly HostAddress[];
  subnet: string | undefined;
  edge: { owner: LabelledStack; https?: object } | undefined;
}

/** What a state has of them. */
export interface FootingState {
  /** What they were made of, where all of the last update succeeded. */
  footingsDigest: string | undefined;
  /** Names of the networks and the secrets made at random. */
  footingNames: ReadonlySet<string>;
}

/**
 * The digest of all that a stack's footings follow from: its networks, its volumes and the secrets made at random, which
 * nobody finds again whose making was not written down. While it stays the same an update of all makes none of them.
 */
export function footingsDigest(catalogue: Catalogue, settings: FootingSettings): string {
  const { hosts, subnet, edge } = settings;
  const services = catalogue.services.map((entry) => [
    ...[entry.name, entry.host, entry.networks, secretsInFiles(entry).length > 0],
    (entry.volumes ?? []).map(({ source, from }) => [source, from]),
  ]);
  const { networks, volumes } = catalogue;
  const edgeFacts = edge && [edge.owner, edge.https !== undefined];
  const generated = catalogue.secrets.map(({ name, generate, rotate }) => [name, generate, rotate]);
  const all = [hosts, subnet, edgeFacts, networks, volumes, generated, services];
  return textDigest(JSON.stringify(all)).slice(0, 12);
}

/**
 * Whether an update of all makes no network and no secret, and no volume that is not there. An update of some services
 * leaves the digest of all behind, though it has not made what the others stand on: so that is looked for by name.
 */
export function hasFootings(catalogue: Catalogue, settings: FootingSettings, state: FootingState): boolean {
  if (state.footingsDigest !== footingsDigest(catalogue, settings)) return false;
  const hosts = settings.hosts.map(({ name }) => name);
  const internal = catalogue.networks.filter(({ external }) => external === undefined);
  const needed = [
    ...hosts,
    ...catalogue.secrets.flatMap(({ name, generate }) => (generate ? [name] : [])),
    ...catalogue.services.flatMap((entry) => [
      ...(secretsInFiles(entry).length ? [names.filesKey(entry.name)] : []),
      ...[...sharedNames([entry], { networks: internal, volumes: [] }).networks].map((network) =>
        names.network(hostOf(entry, hosts), network),
      ),
    ]),
  ];
  return needed.every((name) => state.footingNames.has(name));
}
