import assert from "node:assert/strict";
import { parseInventory } from "../../../../host/scripts/inventory.ts";

describe("what an inventory printed", () => {
  it("has the memory of what runs, and none of what does not, whatever the engine calls that", () => {
    const of = (usage: string) =>
      parseInventory(`container a {"Id":"a","Image":"i"}\nmemory a ${usage}\n`)[0]?.memoryBytes;
    assert.equal(of("12.5MiB / 1.9GiB"), 12.5 * 1024 ** 2);
    assert.equal(of("0B / 0B"), 0);
    for (const nothing of ["-- / --", "-", "<no value>"]) assert.equal(of(nothing), undefined, nothing);
  });
});
