import { readCatalogue } from "../../../../model/catalogue/check.ts";

/** Images that need no folder. */
const build = { dockerfileInline: "FROM scratch\n" };
const STACK = {
  ...{ folder: "/nowhere", hosts: ["one", "two"], domain: undefined, edge: { acme: false } },
  ...{ edgePorts: [80], secretsGiven: [], htpasswds: [], lock: {} },
};

/** What is wrong with services of these names, and with the other lists of a catalogue. */
export function problems(services: Record<string, object>, more: object = {}): string[] {
  const entries = Object.entries(services).map(([name, fields]) => ({ name, build, ...fields }));
  const read = readCatalogue({ services: entries, ...more }, STACK);
  return "problems" in read ? read.problems : [];
}
