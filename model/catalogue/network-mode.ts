import { hostOf } from "../rollout/placement.ts";
import { networkOwner, networkPlaces } from "../rollout/network-places.ts";
import { unknownName } from "./names.ts";
import type { Service } from "./service.ts";
import type { Check, StackContext } from "./stack-context.ts";

/** What Docker refuses, or drops without a word, beside a network that is no container's own. */
const CONFLICTS: readonly [key: keyof Service, modes: readonly Mode[], advice: string][] = [
  ["networks", ["host", "none", "service"], ""],
  [
    "ports",
    ["host", "none", "service"],
    ". With the host's network all its ports are the host's; with another service's, publish them there",
  ],
  ["extraHosts", ["service"], ". Set it there"],
  ["dns", ["service"], ". Set it there"],
  ["dnsSearch", ["service"], ". Set it there"],
  ["dnsOpt", ["service"], ". Set it there"],
  ["hostname", ["service"], ". Set it there"],
  ["domainname", ["service"], ". Set it there"],
  ["http", ["none"], ""],
  // The edge tells calls from inside by their address, and the host's own is that of whoever comes from outside.
  [
    "uses",
    ["host", "none"],
    ". No name leads anywhere there: use dependsOn, and a public name or a published port",
  ],
];

type Mode = "host" | "none" | "service";

/** Networks of other services that cannot be had, keys that have no place beside one, and names that lead nowhere. */
export const networkModeProblems: Check = ({ services }, stack) => [
  ...services.flatMap((service) => [
    ...ownerProblems(service, services, stack),
    ...conflictProblems(service),
    ...nameProblems(service, services, stack),
  ]),
];

function ownerProblems(service: Service, services: readonly Service[], { hosts }: StackContext): string[] {
  const wanted = networkOwner(service);
  if (wanted === undefined) return [];
  const at = `services/${service.name}/networkMode`;
  const owner = services.find(({ name }) => name === wanted);
  if (!owner)
    return unknownName(
      at,
      "service",
      wanted,
      services.map(({ name }) => name),
    );
  if (owner === service) return [`${at}: is its own. Leave it out`];
  const next = networkOwner(owner);
  if (next !== undefined) return [`${at}: ${wanted} has the network of ${next} itself. Name that one`];
  const [far, near] = [hostOf(owner, hosts), hostOf(service, hosts)];
  if (far !== near)
    return [`${at}: ${wanted} is on host ${far}, ${service.name} on ${near}. Put both on one host`];
  if ((owner.replicas ?? 1) > 1)
    return [`${at}: ${wanted} has ${owner.replicas ?? 1} replicas; expected one`];
  if (owner.restart === "no") return [`${at}: ${wanted} ends by itself, and its network with it`];
  return [];
}

function conflictProblems(service: Service): string[] {
  const { name, networkMode, order, replicas = 1 } = service;
  if (networkMode === undefined) return [];
  const mode = networkMode.split(":")[0] as Mode;
  const at = `services/${name}`;
  const conflicts = CONFLICTS.filter(([key, modes]) => modes.includes(mode) && isSet(service[key])).map(
    ([key, , advice]) => `${at}/${key}: has no place beside networkMode "${networkMode}"${advice}`,
  );
  if (mode === "none") return conflicts;
  return [
    ...conflicts,
    ...(replicas > 1 ? [`${at}/replicas: must be 1 with networkMode "${networkMode}", got ${replicas}`] : []),
    ...(order === "start-first" && mode === "service"
      ? [
          `${at}/order: must be "stop-first", as it is rolled with the service whose network it has, got "start-first"`,
        ]
      : []),
  ];
}

function isSet(value: unknown): boolean {
  return value !== undefined && (typeof value !== "object" || Object.keys(value as object).length > 0);
}

/** What it uses must have a name that it can look up. */
function nameProblems(service: Service, services: readonly Service[], { edge }: StackContext): string[] {
  const asker = services.find(({ name }) => name === networkOwner(service)) ?? service;
  // Said of itself already.
  if (asker === service && service.networkMode !== undefined) return [];
  const networksOf = (one: Service) =>
    networkPlaces(one, services, edge !== undefined).map(({ network }) => network);
  return (service.uses ?? []).flatMap((used, index) => {
    const at = `services/${service.name}/uses/${index}`;
    const other = services.find(({ name }) => name === used);
    if (!other || used === asker.name) return [];
    if (asker.networkMode !== undefined)
      return [`${at}: no name leads anywhere in the network of ${asker.name}, got "${used}". Use dependsOn`];
    if (edge !== undefined && other.http !== undefined) return [];
    const owner = networkOwner(other);
    if (owner !== undefined)
      return [
        `${at}: ${used} has no name of its own: it is reached at ${owner}'s. Use dependsOn, and that name`,
      ];
    if (other.networkMode !== undefined)
      return [`${at}: ${used} has no name, as its networkMode is "${other.networkMode}". Use dependsOn`];
    const own = networksOf(asker);
    return networksOf(other).some((network) => own.includes(network))
      ? []
      : [`${at}: ${used} is in no network that ${asker.name} is in. Put both in one`];
  });
}
