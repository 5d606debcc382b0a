import type { Base, Secret, Service } from "../../../model/catalogue/service.ts";

/** The same as the sample fleet's. */
export const bases: Base[] = [{ name: "python-base" }];

/** Who may come in, as lines of htpasswd. */
export const secrets: Secret[] = [{ name: "users" }];

const web = {
  build: { context: "tests/faults/fleet/web", base: "python-base" },
  health: { path: "/health" },
  stopGracePeriod: "3 seconds",
} satisfies Partial<Service>;

/** One service for each thing that the edge does for a service. */
export const services: Service[] = [
  {
    ...web,
    name: "web",
    http: { port: 8000, domains: ["www"], redirectFrom: ["web", "old.example.org"] },
    uses: ["private"],
    // How long a websocket may stay; the test closes it before.
    drainTimeout: "5 minutes",
  },
  { ...web, name: "private", http: { port: 8000, basicAuth: "users" } },
  { ...web, name: "limited", http: { port: 8000, rateLimit: { average: 1, burst: 5 } } },
  {
    name: "events",
    build: { context: "tests/e2e/edge/events", base: "python-base" },
    http: { port: 8000 },
    health: { path: "/health" },
    drainTimeout: "5 minutes",
    stopGracePeriod: "3 seconds",
  },
];
