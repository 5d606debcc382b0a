import { createHash } from "node:crypto";
import { overlaps, prefixOf } from "../../lib/address-range.ts";
import { type LabelledStack, LABELS } from "../container/labels.ts";
import { type Occupied, type OtherNetwork, isOf } from "./occupied.ts";

/** Of the networks that are private by RFC 1918, a /16 each: the small ones first, those that companies use last. */
const RANGES = [
  // Without 172.17.0.0/16, which is docker0.
  Array.from({ length: 15 }, (_, index) => `172.${index === 0 ? 16 : 17 + index}.0.0/16`),
  Array.from({ length: 256 }, (_, index) => `10.${index}.0.0/16`),
];

/** The range of a stack whose host cannot be asked. */
export const USUAL_RANGE = "172.28.0.0/16";

/** What decides which range of addresses a stack's network on a host has. */
export interface NetworkContext {
  host: string;
  own: LabelledStack;
  /** The setting's. */
  wanted: string | undefined;
  /** What the last update gave it; undefined: none yet. */
  before: string | undefined;
  /** Whether a network of the stack that no update knows is to be taken over: so asks `slipway adopt`. */
  adopting: boolean;
  /** Ranges of the catalogue's networks there. */
  declared?: readonly string[];
  /** What is taken on the host; undefined where it cannot be asked. */
  occupied: Occupied | undefined;
}

/**
 * The range of a stack's network: the setting's; without one that which it has, so that it never moves by itself; else one
 * that nothing on the host uses, looked for from a place that follows from the stack's name, so that two stacks which come
 * to a host at once hardly choose the same.
 * @returns the range, or what keeps it from having one, without the setting's name
 */
export function chooseRange(context: NetworkContext): { range: string } | { problem: string } {
  const { host, own, wanted, before, adopting, occupied, declared = [] } = context;
  if (!occupied) return { range: wanted ?? before ?? USUAL_RANGE };
  // One that a killed update has left cannot be had: it is as any other's.
  const isMine = ({ labels }: OtherNetwork) =>
    (adopting || before !== undefined) && isOf(own, labels) && labels[LABELS.network] === undefined;
  const [there] = occupied.networks.filter(isMine).flatMap(({ ranges }) => ranges.filter(isIpv4));
  const range = wanted ?? before ?? there;
  const others = [
    ...declared.map((one) => ({ range: one, what: "a network of services.ts", isRoute: false })),
    ...takenRanges(occupied, isMine),
  ];
  const clash = declared.find((one) => range !== undefined && overlaps(one, range));
  if (clash !== undefined && range !== undefined)
    return {
      problem: `${range}, the fleet's own network on host ${host}, overlaps with ${clash} of services.ts/networks`,
    };
  if (range !== undefined) {
    if (!wanted || range === before || range === there) return { range };
    const other = others.find((each) => overlaps(each.range, range) && !isWiderRoute(each, range));
    if (!other) return { range };
    return {
      problem: `${range} overlaps with ${other.what} (${other.range}) on host ${host}; expected a free /16. Leave it unset to have one chosen`,
    };
  }
  const found = RANGES.flatMap((ranges) => from(ranges, own)).find(
    (candidate) => !others.some((other) => overlaps(other.range, candidate)),
  );
  return found
    ? { range: found }
    : { problem: `no private /16 is free on host ${host}; expected one to use` };
}

function isIpv4(range: string): boolean {
  return !range.includes(":");
}

/** The ranges, begun at a place that follows from the stack's name. */
function from(ranges: readonly string[], { project, stack }: LabelledStack): string[] {
  const digest = createHash("sha256").update(`${project}/${stack}`).digest();
  const start = digest.readUInt32BE() % ranges.length;
  return [...ranges.slice(start), ...ranges.slice(0, start)];
}

interface Taken {
  range: string;
  what: string;
  isRoute: boolean;
}

/** What others use on the host: networks of the engine, then routes, but for the default and those as wide. */
function takenRanges({ networks, routes }: Occupied, isMine: (network: OtherNetwork) => boolean): Taken[] {
  const bridges = networks.map(({ id }) => `br-${id.slice(0, 12)}`);
  return [
    ...networks
      .filter((network) => !isMine(network))
      .flatMap(({ name, ranges }) =>
        ranges.map((range) => ({ range, what: `network ${name}`, isRoute: false })),
      ),
    ...routes
      .filter(({ range, device }) => prefixOf(range) >= 8 && !bridges.includes(device))
      .map(({ range, device }) => ({ range, what: `a route through ${device}`, isRoute: true })),
  ];
}

/** Of two routes the narrower counts: one that is wider, such as a VPN's, leaves all else reachable. */
function isWiderRoute({ range, isRoute }: Taken, wanted: string): boolean {
  return isRoute && prefixOf(range) < prefixOf(wanted);
}
