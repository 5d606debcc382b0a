import assert from "node:assert/strict";
import { COMPOSE_KEYS, whereIs } from "../../../../model/compose/keys.ts";
import { importProject } from "../../../../model/compose/import.ts";
import type { ComposeProject } from "../../../../model/compose/project.ts";
import { SERVICE } from "./arbitrary.ts";
import { OPTIONS } from "./options.ts";

describe("the reference of Compose's keys", () => {
  it("has all that a service can have but what Compose itself puts in", () => {
    const known = Object.keys(SERVICE).filter((key) => !key.startsWith("x-"));
    assert.deepEqual(
      known.filter((key) => !COMPOSE_KEYS.includes(key)),
      [],
    );
    assert.deepEqual(
      COMPOSE_KEYS.filter((key) => !known.includes(key)),
      ["env_file", "extends"],
    );
  });

  it("says of a key that it is lost where an import says so, and of no other", () => {
    const told = COMPOSE_KEYS.filter((key) => !whereIs(key).carried);
    // A value of no known kind: an import that knows the key fails on it, or takes it; any other lists it.
    const lost = COMPOSE_KEYS.filter((key) => {
      const services = { a: { image: "a", [key]: "value" } } as ComposeProject["services"];
      try {
        const { remarks } = importProject({ name: "stack", services: services ?? {} }, OPTIONS);
        return remarks.some(({ at, lost: isLost }) => isLost && at === `services.a.${key}`);
      } catch {
        return false;
      }
    });
    // Lost for that value alone; and what Compose has put in before an import sees it.
    const others = ["pid", "userns_mode", "network_mode", "restart", "extends", "label_file"];
    assert.deepEqual(
      lost.filter((key) => !others.includes(key)),
      told,
    );
  });
});
