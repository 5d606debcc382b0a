import assert from "node:assert/strict";
import { inOrder } from "../../../lib/toposort.ts";

describe("the sequence", () => {
  it("puts each after what it needs, and keeps the order otherwise", () => {
    const needs: Record<string, string[]> = { web: ["api"], api: ["store"] };
    const entries = ["worker", "web", "api", "store"].map((name) => ({ name }));
    const names = inOrder(entries, ({ name }) => needs[name] ?? []).map(({ name }) => name);
    assert.deepEqual(names, ["worker", "store", "api", "web"]);
  });
});
