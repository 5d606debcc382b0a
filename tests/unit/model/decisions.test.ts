import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { isDuration, toSeconds } from "../../../model/duration.ts";
import { updateOrder } from "../../../model/order.ts";
import { inOrder } from "../../../model/sequence.ts";
import { commandLine } from "../../../model/shell.ts";

describe("durations", () => {
  it("are a number and a unit", () => {
    assert.equal(toSeconds("1 second"), 1);
    assert.equal(toSeconds("1.5 minutes"), 90);
    assert.equal(toSeconds("2 hours"), 7200);
  });
  it("fail without a unit, without a number, with a sign", () => {
    for (const text of ["10", "10s", "seconds", "-1 seconds", "1  second", ""])
      assert.ok(!isDuration(text), text);
  });
});

describe("the update order", () => {
  const order = (service: object, aliased = false) => updateOrder({ name: "a", ...service }, aliased);
  it("is start-first where nothing is in the way", () => {
    assert.equal(order({ http: { port: 80 } }), "start-first");
  });
  it("is stop-first with a host port, a volume, or a network alias", () => {
    assert.equal(order({ ports: [{ host: 53, container: 53 }] }), "stop-first");
    assert.equal(order({ volumes: [{ name: "data", path: "/data" }] }), "stop-first");
    assert.equal(order({}, true), "stop-first");
  });
  it("is what the service says, whatever it has", () => {
    assert.equal(order({ order: "start-first", ports: [{ host: 53, container: 53 }] }), "start-first");
    assert.equal(order({ order: "stop-first" }), "stop-first");
  });
});

describe("the sequence", () => {
  it("puts each after what it needs, and keeps the order otherwise", () => {
    const needs: Record<string, string[]> = { web: ["api"], api: ["store"] };
    const entries = ["worker", "web", "api", "store"].map((name) => ({ name }));
    const names = inOrder(entries, ({ name }) => needs[name] ?? []).map(({ name }) => name);
    assert.deepEqual(names, ["worker", "store", "api", "web"]);
  });
});

describe("shell words", () => {
  it("arrive as they were, whatever is in them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"))),
        (words) => {
          const line = commandLine(["printf", "%s\\0", ...words]);
          const { stdout } = spawnSync("sh", ["-c", line], { encoding: "utf8" });
          assert.equal(stdout, words.length ? words.map((word) => `${word}\0`).join("") : "\0");
        },
      ),
      { numRuns: 50 },
    );
  });
});
