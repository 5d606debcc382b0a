import type { Base, Secret, Service } from "../../../model/catalogue/service.ts";

const ticker = { build: { context: "tests/status/fleet/ticker", base: "python-base" } };
const quick = { health: { up: "1 second" }, drainTimeout: "1 second", stopGracePeriod: "2 seconds" } as const;

/** The same as the sample fleet's. */
export const bases: Base[] = [{ name: "python-base" }];

export const secrets: Secret[] = [{ name: "token", generate: 32 }];

/** Each kind of what is compared with the state: variables, a secret, a port, a volume, labels, replicas, a route. */
export const services: Service[] = [
  { name: "ticker", ...ticker, ...quick, environment: { PLAIN: "shown" }, secrets: { TOKEN: "token" } },
  {
    name: "store",
    ...ticker,
    ...quick,
    ports: [{ published: 7100, target: 8000 }],
    volumes: [{ source: "data", target: "/data" }],
    labels: { "backup.keep": "7 days" },
  },
  { name: "pair", ...ticker, ...quick, replicas: 2 },
  {
    name: "web",
    ...quick,
    build: { context: "tests/faults/fleet/web", base: "python-base" },
    http: { port: 8000 },
    health: { path: "/health" },
    replicas: 3,
  },
];
