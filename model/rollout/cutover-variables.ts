import { assignments, unquote } from "../../lib/shell.ts";
import type { LabelledStack } from "../container/labels.ts";
import type { Order } from "./order.ts";

/** The variables of host/scripts/cutover.sh and its parts; times are whole seconds. */
export interface CutoverVariables {
  /** With STACK, SERVICE and SLOT the labels that select the replica's containers, all four always. */
  PROJECT: string;
  STACK: string;
  SERVICE: string;
  SLOT: string;
  /** What the stack calls the host, as a label of the containers that it made there says. */
  HOST: string;
  /** Id of the container that is to take over: created, not started. */
  NEW: string;
  /** Id of the pre-deploy job's container, created, not started; empty: there is no job. */
  PRE_DEPLOY: string;
  ORDER: Order;
  /** The restart policy of a container that has taken over; "no": it ends by itself. */
  RESTART: string;
  /** Ids of containers after whose start NEW is started again, with a space between. */
  RESTART_AFTER: string;
  /** The host's address in the fleet's network, where NEW has the host's network; else empty. */
  GATEWAY: string;
  /** The route file, with `"@SERVERS@"` in the place of the list of servers; empty: not reached through the edge. */
  ROUTE: string;
  /** The service's maintenance file while it is not in maintenance (model/edge/maintenance.ts); empty without ROUTE. */
  MAINTENANCE: string;
  /** `project/stack` of another stack whose edge it is reached through; empty: its own stack's. */
  EDGE_STACK: string;
  /** What the route's servers speak, and their port. */
  SCHEME: "http" | "h2c";
  PORT: string;
  /**
   * How NEW is checked, and with what: words quoted for sh; a path on PORT; seconds; or, by the image's own check and
   * without one by a connection, TCP ports with a space between, of which one must take it.
   */
  HEALTH: "command" | "path" | "up" | "image";
  HEALTH_ARG: string;
  /** Where clients reach the service through the edge, `scheme://name[:port]`; empty without ROUTE. */
  ORIGIN: string;
  /** How long a proxy of one's own may take to notice what Docker tells of NEW; 0: it is behind none. */
  PROXY_DELAY: number;
  /** How many processes NEW may have, which the Docker plugin cannot set; -1: no limit. */
  PIDS_LIMIT: number;
  /** Words of the post-deploy check, quoted for sh; empty: there is none. */
  POST_DEPLOY: string;
  /** Names of the environment variables whose values no message may show, with a space between. */
  SECRETS: string;
  /** How long NEW may take to become healthy, and how long it must stay so before it takes over. */
  START_TIMEOUT: number;
  MIN_READY: number;
  /** How long the old one's requests may take to end; how long after its stop signal it is killed. */
  DRAIN_TIMEOUT: number;
  STOP_GRACE_PERIOD: number;
  PRE_DEPLOY_TIMEOUT: number;
  POST_DEPLOY_TIMEOUT: number;
  /** Repository in which the images of the service's releases are tagged on the host. */
  RELEASES: string;
}

/** The lines that set them: the script's standard input, before its files. */
export function cutoverInput(variables: CutoverVariables): string {
  return assignments({ ...variables });
}

/** The stack that a cutover belongs to, from its input. */
export function stackIn(input: string): LabelledStack {
  const [project = "", stack = ""] = ["PROJECT", "STACK"].map(
    (name) => new RegExp(`^${name}=(.*)$`, "m").exec(input)?.[1],
  );
  return { project, stack };
}

/** The id of the container that a cutover was to move the service to, from its input; undefined where it has none. */
export function containerIn(input: string): string | undefined {
  return /^NEW=(\w+)$/m.exec(input)?.[1];
}

/** How many processes the container that a cutover was for may have, from its input; undefined without a limit. */
export function pidsLimitIn(input: string): number | undefined {
  const limit = Number(/^PIDS_LIMIT=(\d+)$/m.exec(input)?.[1]);
  return limit > 0 ? limit : undefined;
}

/** The host's address by which its container is reached, from a cutover's input; undefined where it has a name for that. */
export function gatewayIn(input: string): string | undefined {
  return /^GATEWAY=([\d.]+)$/m.exec(input)?.[1];
}

/** How a container is checked by a path: where it is, and by what name clients ask for it. */
export interface PathCheck {
  id: string;
  port: string;
  path: string;
  /** `scheme://name[:port]` */
  origin: string;
  /** Where it is asked, if it has the host's network; else empty. */
  gateway: string;
}

/** The check of the container that a cutover was for, from its input; undefined where it is not checked by a path. */
export function pathCheckIn(input: string): PathCheck | undefined {
  const variable = (name: keyof CutoverVariables) =>
    unquote(new RegExp(`^${name}=(.*)$`, "m").exec(input)?.[1] ?? "");
  if (variable("HEALTH") !== "path") return undefined;
  return {
    id: variable("NEW"),
    port: variable("PORT"),
    path: variable("HEALTH_ARG"),
    origin: variable("ORIGIN"),
    gateway: variable("GATEWAY"),
  };
}
