import type { Base, Service } from "../../../model/catalogue/service.ts";

/** The same as the sample fleet's. */
export const bases: Base[] = [{ name: "python-base" }];

const shared = { health: { path: "/health" }, stopGracePeriod: "3 seconds" } satisfies Partial<Service>;
const STACK = "host";

/** For two stacks on one host, which have services of the same names and other names outside. */
export const services: Service[] = [
  {
    ...shared,
    name: "web",
    build: { context: "tests/faults/fleet/web", base: "python-base" },
    http: { port: 8000, domains: [`${STACK}.fleet.test`] },
    uses: ["private"],
  },
  {
    ...shared,
    name: "private",
    build: { context: "tests/e2e/edge/events", base: "python-base" },
    http: { port: 8000, domains: [`private-${STACK}.fleet.test`] },
  },
];
