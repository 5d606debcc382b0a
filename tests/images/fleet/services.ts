import type { Base, Service } from "../../../model/catalogue/service.ts";

const folder = (name: string) => `tests/images/fleet/${name}`;
const runs = { health: { up: "1 second" }, stopGracePeriod: "1 second", minReady: "0 seconds" } as const;

export const bases: Base[] = [{ name: "ground", build: { context: folder("ground") } }];

/** As small as shows what is built when: nothing is run in these builds. */
export const services: Service[] = [
  {
    name: "one",
    description: "The first",
    version: "1.2.3",
    build: { context: folder("one"), base: "ground", additionalContexts: { shared: folder("shared") } },
    ...runs,
  },
  { name: "two", build: { context: folder("two"), base: "ground" }, ...runs },
];
