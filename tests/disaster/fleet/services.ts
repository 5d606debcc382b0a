import type { Base, Secret, Service } from "../../../model/catalogue/service.ts";

const quick = { drainTimeout: "1 second", stopGracePeriod: "2 seconds" } as const;
const ticker = { context: "tests/status/fleet/ticker", base: "python-base" };

/** The same as the sample fleet's. */
export const bases: Base[] = [{ name: "python-base" }];

export const secrets: Secret[] = [
  { name: "token", generate: 32 },
  { name: "in-a-file", generate: 32 },
];

/** What can be lost: a route, generated secrets, one of them in a file, two volumes, a job's container, replicas. */
export const services: Service[] = [
  {
    name: "web",
    build: { context: "tests/faults/fleet/web", base: "python-base" },
    http: { port: 8000 },
    ports: [{ published: 7200, target: 8000 }],
    health: { path: "/health" },
    preDeploy: { command: ["true"] },
    ...quick,
  },
  {
    name: "store",
    build: ticker,
    // The tests give files in its volume other owners.
    hardened: false,
    secrets: { TOKEN: "token" },
    secretFiles: [{ source: "in-a-file" }],
    volumes: [
      { source: "data", target: "/data" },
      { source: "more", target: "/var/more", readOnly: true },
    ],
    health: { up: "1 second" },
    ...quick,
  },
  { name: "pair", build: ticker, replicas: 2, health: { up: "1 second" }, ...quick },
];
