import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { isDuration, toSeconds } from "../../../model/duration.ts";
import { updateOrder } from "../../../model/order.ts";
import { publicUrl, routeFile } from "../../../model/route.ts";
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

describe("routes", () => {
  const rules = (http: object, domain?: string) => {
    const file = JSON.parse(routeFile({ name: "web", http: { port: 8000, ...http } }, domain)) as {
      http: { routers: Record<string, { rule: string; entryPoints: string[] }> };
    };
    return file.http.routers;
  };
  it("go by path alone where the stack has no domain", () => {
    assert.equal(rules({ path: "/api" }).web?.rule, "PathPrefix(`/api`)");
  });
  it("go by the service's name in the stack's domain, or by whole names as they are", () => {
    assert.equal(rules({}, "example.com").web?.rule, "(Host(`web.example.com`)) && PathPrefix(`/`)");
    const hosts = ["www", "example.org"];
    assert.equal(
      rules({ hosts }, "example.com").web?.rule,
      "(Host(`www.example.com`) || Host(`example.org`)) && PathPrefix(`/`)",
    );
  });
  it("from other services are on an entry point of their own", () => {
    assert.deepEqual(rules({})["web-internal"], {
      entryPoints: ["internal"],
      rule: "Host(`web`)",
      service: "web",
    });
    assert.deepEqual(rules({}).web?.entryPoints, ["public"]);
  });
  it("have the URL of their first host name, else of the machine", () => {
    const service = { name: "web", http: { port: 8000, path: "/x" } };
    assert.equal(publicUrl(service, "10.0.0.2", { domain: undefined, edgePort: 80 }), "http://10.0.0.2/x");
    assert.equal(publicUrl(service, "10.0.0.2", { domain: "a.org", edgePort: 81 }), "http://web.a.org:81/x");
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
