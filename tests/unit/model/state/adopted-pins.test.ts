import assert from "node:assert/strict";
import type { Adopted } from "../../../../model/state/adopt.ts";
import { pinsOfBuilt, pinsOfStock } from "../../../../model/state/adopt/pins.ts";

const [RUNS, LOCKED] = [`sha256:${"0a".repeat(32)}`, `sha256:${"0b".repeat(32)}`];
const HASHES = ["ab".repeat(16), "cd".repeat(16)] as const;
const why = "was running when the stack's state was lost";

function adopted(service: string, image: string, hash?: string): Adopted {
  return { service, slot: "0", host: "main", container: `${service}-1`, image, hash };
}

describe("what adopt pins", () => {
  it("is what was built of other sources, out of the stack's own registry", () => {
    const [here, other] = HASHES;
    const containers = [
      adopted("web", `ghcr.io/acme/web@${RUNS}`, other),
      adopted("same", `ghcr.io/acme/same@${RUNS}`, here),
      adopted("moved", `ghcr.io/old/moved@${RUNS}`, other),
      adopted("unlabelled", `ghcr.io/acme/unlabelled@${RUNS}`),
    ];
    const recipes = containers.map(({ service }) => ({ name: service, hash: here }));
    assert.deepEqual(pinsOfBuilt(containers, recipes, "ghcr.io/acme"), {
      web: { digest: RUNS, hash: other, why },
    });
  });

  it("is a stock image of another digest than the lock's, with where it was pulled from", () => {
    const containers = [
      // A label that is somebody else's.
      adopted("db", `postgres@${RUNS}`, HASHES[0]),
      adopted("same", `valkey@${LOCKED}`),
      adopted("unlocked", `ghcr.io/acme/unlocked@${RUNS}`),
      adopted("web", `ghcr.io/acme/web@${RUNS}`),
    ];
    const images = [
      { name: "db", digest: LOCKED },
      { name: "same", digest: LOCKED },
      { name: "unlocked", digest: undefined },
    ];
    assert.deepEqual(pinsOfStock(containers, images), {
      db: { digest: RUNS, repository: "postgres", hash: RUNS, why },
      unlocked: { digest: RUNS, repository: "ghcr.io/acme/unlocked", hash: RUNS, why },
    });
  });
});
