import type { Edge } from "../../../../model/edge/traefik.ts";

/** An edge of which nothing is said. */
export const PLAIN: Edge = {
  port: 80,
  trustedProxies: [],
  proxyProtocol: false,
  hstsDays: 0,
  uploadTimeout: "1 hour",
};
