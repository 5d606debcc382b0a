import assert from "node:assert/strict";
import { importProject } from "../../../../model/compose/import.ts";
import { parseRule } from "../../../../model/compose/traefik-rule.ts";
import { readRoute } from "../../../../model/compose/traefik.ts";
import { OPTIONS } from "./options.ts";

const ROUTER = "traefik.http.routers.web";
const labels = (rule: string, more: Record<string, string> = {}) => ({ [`${ROUTER}.rule`]: rule, ...more });
const route = (all: Record<string, string>) => readRoute(all, all, 80);

describe("Traefik's labels", () => {
  it("have rules of hosts and paths, in any brackets", () => {
    assert.deepEqual(parseRule("(Host(`a.x`) || Host(`b.x`, `c.x`)) && PathPrefix(`/p`)"), [
      { hosts: ["a.x"], paths: ["/p"] },
      { hosts: ["b.x"], paths: ["/p"] },
      { hosts: ["c.x"], paths: ["/p"] },
    ]);
    for (const rule of [
      "HostRegexp(`.+`)",
      "!Host(`a.x`)",
      "Host(`a.x`) &&",
      "(Host(`a.x`)",
      "Host(`a.x`))",
      "Host(a.x)",
    ])
      assert.equal(parseRule(rule), undefined, rule);
  });

  it("are a route where the edge can do all that they ask for", () => {
    const found = route(
      labels("Host(`a.x`) && PathPrefix(`/p`)", {
        [`${ROUTER}.middlewares`]: "limit@docker, pass",
        "traefik.http.middlewares.limit.ratelimit.average": "120",
        "traefik.http.middlewares.limit.ratelimit.period": "1m",
        "traefik.http.middlewares.pass.basicauth.users": "ann:$2y$05$x,bob:$2y$05$y",
      }),
    );
    assert.ok(found && !("why" in found));
    assert.deepEqual(found.http, { port: 80, domains: ["a.x"], path: "/p", rateLimit: { average: 2 } });
    assert.deepEqual(found.users, {
      label: "traefik.http.middlewares.pass.basicauth.users",
      lines: "ann:$2y$05$x\nbob:$2y$05$y",
    });
  });

  it("stay labels in all services, and none is lost, where the edge has not all that one of them says", () => {
    const port = { "traefik.http.services.web.loadbalancer.server.port": "80" };
    const services = (rule: string) => ({
      a: { image: "a", labels: labels("Host(`a.x`)", port) },
      b: { image: "b", labels: labels(rule, port) },
    });
    const imported = (rule: string) =>
      importProject({ name: "stack", services: services(rule) }, { ...OPTIONS, proxy: "whole" });
    const plain = imported("Host(`b.x`)");
    assert.deepEqual(
      plain.catalogue.services.map(({ http, labels }) => [http?.domains, labels]),
      [
        [["a.x"], undefined],
        [["b.x"], undefined],
      ],
    );
    const { catalogue, remarks } = imported("HostRegexp(`.+`)");
    assert.deepEqual(
      catalogue.services.map(({ http, labels }) => [http, labels]),
      [
        [undefined, labels("Host(`a.x`)", port)],
        [undefined, labels("HostRegexp(`.+`)", port)],
      ],
    );
    assert.deepEqual(
      remarks.map(({ at, lost }) => [at, lost]),
      [["services.b.labels.traefik", false]],
    );
    assert.match(remarks[0]?.text ?? "", /HostRegexp.*edge false.*--proxy edge/);
  });

  it("stay labels where a route would let in whom they keep out, or lead elsewhere", () => {
    const guard = { [`${ROUTER}.middlewares`]: "guard" };
    for (const [kind, why] of [
      ["forwardauth.address", /forwardauth/],
      ["ipallowlist.sourcerange", /ipallowlist/],
      ["stripprefix.prefixes", /stripprefix/],
      ["ratelimit.burst", /whole number/],
    ] as const) {
      const found = route(
        labels("Host(`a.x`)", { ...guard, [`traefik.http.middlewares.guard.${kind}`]: "1" }),
      );
      assert.match(found && "why" in found ? found.why : "", why);
    }
    const elsewhere = route(labels("Host(`a.x`)", { [`${ROUTER}.middlewares`]: "guard@file" }));
    assert.match(elsewhere && "why" in elsewhere ? elsewhere.why : "", /defined elsewhere/);
    const own = route(labels("Host(`a.x`)", { [`${ROUTER}.service`]: "api@internal" }));
    assert.match(own && "why" in own ? own.why : "", /api@internal/);
  });
});
