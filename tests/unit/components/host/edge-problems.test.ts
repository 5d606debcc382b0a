import assert from "node:assert/strict";
import { edgeProblems } from "../../../../components/host/edge-problems.ts";
import type { Service } from "../../../../model/catalogue/service.ts";
import type { Occupied } from "../../../../model/host/occupied.ts";

const own = { project: "fleet", stack: "staging" };
const owner = { project: "fleet", stack: "prod" };
const services: Service[] = [{ name: "web", http: { port: 80, domains: ["a.example.org"] } }];
const labels = { "slipway.project": "fleet", "slipway.stack": "prod", "slipway.service": "edge" };
const container = {
  name: "edge-1",
  labels,
  published: [{ port: "80/tcp", hostIp: "0.0.0.0" }, { port: "80/tcp" }],
};
const route = (host: string) =>
  JSON.stringify({
    http: { routers: { web: { entryPoints: ["http"], rule: `Host(\`${host}\`)`, service: "web" } } },
  });

/** Of the stack behind another's edge, or with one of its own. */
function problems({
  edgeRoutes,
  port = 80,
  isOwn = false,
}: Partial<Pick<Occupied, "edgeRoutes">> & { port?: number; isOwn?: boolean }): string[] {
  const edge = {
    port,
    owner: isOwn ? own : owner,
    ...(isOwn && { own: { image: "", certificateKey: undefined, variables: {} } }),
  };
  const occupied = { containers: [container], ...(edgeRoutes && { edgeRoutes }) };
  return edgeProblems({ host: "main", own, edge, domain: undefined }, services, occupied);
}

describe("the edge that a stack stands behind", () => {
  it("has to run, and to listen where the stack's settings say", () => {
    assert.deepEqual(problems({ edgeRoutes: new Map() }), []);
    assert.deepEqual(problems({}), [
      "edge: the edge of fleet/prod is not running on host main. Bring that stack up first",
    ]);
    assert.deepEqual(problems({ edgeRoutes: new Map(), port: 8080 }), [
      "edge: the edge of fleet/prod on host main does not listen on 8080; it has 80. Set edgePort, https and httpsPort " +
        "as that stack does",
    ]);
    // One's own is made by the update.
    assert.deepEqual(problems({ isOwn: true, port: 8080 }), []);
  });

  it("has no name twice, whoever's it is", () => {
    const taken = [
      "services/web/http: a.example.org/ is taken by service blog of stack fleet/prod. Choose other domains or another path",
    ];
    const theirs = new Map([["fleet+prod+blog", route("a.example.org")]]);
    assert.deepEqual(problems({ edgeRoutes: theirs }), taken);
    assert.deepEqual(problems({ edgeRoutes: theirs, isOwn: true }), taken);
    assert.deepEqual(problems({ edgeRoutes: new Map([["fleet+prod+blog", route("b.example.org")]]) }), []);
    assert.deepEqual(problems({ edgeRoutes: new Map([["fleet+staging+web", route("a.example.org")]]) }), []);
  });
});
