import assert from "node:assert/strict";
import type { ActualContainer } from "../../../../model/container/actual.ts";
import { type ActualHost, compareFleet, findings } from "../../../../model/state/host-drift.ts";
import { mendsOf } from "../../../../model/state/mend.ts";
import type { DesiredContainer, Footing } from "../../../../model/state/parse.ts";
import { maintenanceFile } from "../../../../model/edge/maintenance.ts";
import { PLAIN } from "../edge/edges.ts";
import { subnetOf } from "../../../../model/host/subnet.ts";
import { routeFile } from "../../../../model/edge/route.ts";
import { textDigest } from "../../../../lib/digest.ts";
import { assignments } from "../../../../lib/shell.ts";

const ROUTE = routeFile(
  { name: "web", http: { port: 80 } },
  {
    ...{ domain: "example.com", edge: PLAIN, owner: { project: "slipway", stack: "dev" } },
    subnet: subnetOf("172.28.0.0/16"),
  },
);
const written = (...names: string[]) =>
  ROUTE.replace('"@SERVERS@"', `[${names.map((name) => `{"url":"http://${name}:80"}`).join(",")}]`);

const replica = (service: string, id: string, slot = "0"): DesiredContainer => ({
  ...{ id, urn: `urn:pulumi:s::p::container::${service}`, host: "one", service, slot, leaving: false },
  inputs: { image: "x@sha256:1", restart: slot === "pre-deploy" ? "no" : "always" },
});
const container = (service: string, id: string, slot = "0", status = "running"): ActualContainer => ({
  inspected: {
    ...{ Id: id, Name: `/${service}-${id}`, Created: "2026", Image: "i", RestartCount: 0, Mounts: [] },
    State: { Status: status, ExitCode: 0, StartedAt: "2026" },
    Config: { Image: "x@sha256:1", Labels: { "slipway.service": service, "slipway.slot": slot } },
    HostConfig: {
      RestartPolicy: { Name: slot === "pre-deploy" ? "no" : "always" },
      ...{ Memory: 0, PortBindings: {} },
    },
    NetworkSettings: { Networks: {} },
  },
  image: { Labels: { "slipway.service": service, "slipway.slot": slot } },
});
const footing = (kind: Footing["kind"], id: string, service?: string): Footing => ({
  ...{ kind, id, name: id, urn: `urn:pulumi:s::p::${kind}::${id}`, host: "one", service, isEdges: false },
});

const footings = [
  footing("network", "net"),
  { ...footing("volume", "routes"), isEdges: true },
  footing("volume", "data", "web"),
];
const cutovers = new Map<string, unknown>([
  ["web", `PROJECT=slipway\nSTACK=dev\nNEW=a\n${assignments({ ROUTE, PORT: "80" })}`],
]);
const state = {
  containers: [replica("edge", "e"), replica("web", "a"), replica("web", "j", "pre-deploy")],
  ...{ footings, cutovers },
};
const whole: ActualHost = {
  containers: [container("edge", "e"), container("web", "a"), container("web", "j", "pre-deploy", "exited")],
  footings: new Set(["net", "routes", "data", "other"]),
  files: new Map(),
  routes: new Map([["slipway+dev+web.yml", written("web-a")]]),
};

function found(changed: Partial<ActualHost>, of = state) {
  return findings(compareFleet(of, new Map([["one", { ...whole, ...changed }]])));
}
const lines = (changed: Partial<ActualHost>, of = state) =>
  found(changed, of).map(({ where, kind, what, command }) => `${where}: ${kind}: ${what} (${command})`);

describe("what a host lacks of a fleet", () => {
  it("is nothing where all is there, and not known of a host that does not answer", () => {
    assert.deepEqual(lines({}), []);
    assert.deepEqual(findings(compareFleet(state, new Map([["one", undefined]]))), []);
  });

  it("is a network, an edge's volume, a service's volume whose data is lost", () => {
    assert.deepEqual(lines({ footings: new Set(["data", "routes"]) }), [
      "one: missing: network net is not there (slipway up)",
    ]);
    const [lost = ""] = lines({ footings: new Set(["net", "routes"]) });
    assert.match(
      lost,
      /^web on one: missing: volume data is not there, and its data is lost: .*\(slipway up web\)$/,
    );
    const [volume, route] = lines({ footings: new Set(["net", "data"]), routes: undefined });
    assert.equal(volume, "one: missing: volume routes is not there (slipway up)");
    assert.equal(route, "web on one: missing: its route is not there (slipway up web)");
  });

  it("is a route that is gone, was edited, or leads past a container that serves", () => {
    const route = (text?: string) =>
      lines({ routes: new Map(text === undefined ? [] : [["slipway+dev+web.yml", text]]) });
    assert.deepEqual(route(), ["web on one: missing: its route is not there (slipway up web)"]);
    assert.deepEqual(route(written("web-a").replace("public", "internal")), [
      "web on one: edited by hand: its route was edited (slipway up web)",
    ]);
    assert.deepEqual(route(written("web-b")), [
      "web on one: edited by hand: its route does not lead to web-a (slipway up web)",
    ]);
    // While no edge runs nobody knows; a route with a password's hash is read where secrets are shown.
    assert.deepEqual(lines({ routes: undefined }), []);
    const hidden = { ...state, cutovers: new Map<string, unknown>([["web", { secret: "…" }]]) };
    assert.deepEqual(lines({ routes: new Map() }, hidden), []);
  });

  it("is a file that the edge has of its own, which is not there or another: its settings, its certificate", () => {
    const content = JSON.stringify({ certFile: "PEM\n", keyFile: "it's" });
    const edge = { ...replica("edge", "e"), urn: "urn:pulumi:s::p::container::one-edge" };
    const own = {
      ...{ ...state, containers: [{ ...edge, inputs: { ...edge.inputs, command: ["settings"] } }] },
      cutovers: new Map<string, unknown>([["one-edge-certificate", assignments({ CONTENT: content })]]),
    };
    const files = { middlewares: textDigest("settings"), certificate: textDigest(content) };
    const of = (changed: { [name in keyof typeof files]?: string | undefined }, status = "running") => {
      const entries = Object.entries<string | undefined>({ ...files, ...changed }).flatMap(
        ([name, digest]) => (digest === undefined ? [] : [[`edge.${name}.yml`, digest] as const]),
      );
      return found({ containers: [container("edge", "e", "0", status)], routes: new Map(entries) }, own)
        .filter(({ service }) => service === undefined)
        .map(({ where, kind, what, command, mends }) => [`${where}: ${kind}: ${what} (${command})`, mends]);
    };
    assert.deepEqual(of({}), []);
    assert.deepEqual(of({ certificate: undefined }), [
      [
        "one: missing: the edge's certificate file is not there (slipway up)",
        [{ fill: "one-edge-certificate" }],
      ],
    ]);
    assert.deepEqual(of({ certificate: textDigest("other") }), [
      [
        "one: edited by hand: the edge's certificate file is another (slipway up)",
        [{ fill: "one-edge-certificate" }],
      ],
    ]);
    assert.deepEqual(of({ middlewares: undefined }), [
      ["one: missing: the edge's settings file is not there (slipway up)", [{ replace: edge.urn }]],
    ]);
    // What the former edge serves by after a roll that failed is its own.
    assert.deepEqual(of({ middlewares: undefined, certificate: undefined }, "exited"), []);
  });

  it("is no maintenance, which is told of all the same", () => {
    const routes = (retryAfterSec?: number) =>
      new Map([
        ...(whole.routes ?? []),
        ["slipway+dev+web.maintenance.yml", maintenanceFile("slipway+dev+web", retryAfterSec)],
      ]);
    const of = (found: ReadonlyMap<string, string>) =>
      compareFleet(state, new Map([["one", { ...whole, routes: found }]])).replicas.map(
        ({ service, maintenanceSec, drift }) => [service, maintenanceSec, drift.length],
      );
    assert.deepEqual(of(routes(120)), [
      ["edge", undefined, 0],
      ["web", 120, 0],
    ]);
    assert.deepEqual(of(routes()), [
      ["edge", undefined, 0],
      ["web", undefined, 0],
    ]);
  });

  it("is what its files were, where their volume is gone or holds others; then its containers are made anew", () => {
    const volume = `web-files-${"ab".repeat(16)}`;
    const mounting = (one: DesiredContainer) => ({
      ...{
        ...one,
        inputs: {
          ...one.inputs,
          volumes: [{ volumeName: volume, containerPath: "/run/slipway", readOnly: true }],
        },
      },
    });
    const of = {
      ...state,
      containers: state.containers.map((one) => (one.service === "web" ? mounting(one) : one)),
    };
    const mounts = [{ Type: "volume", Name: volume, Source: "/v", Destination: "/run/slipway", RW: false }];
    const containers = whole.containers.map((one) => ({
      ...one,
      inspected: { ...one.inspected, Mounts: mounts },
    }));
    const withFiles = (digest: string, ...names: string[]) => ({
      ...{ containers: [whole.containers[0] ?? assert.fail(), ...containers.slice(1)] },
      ...{ files: new Map([[volume, digest]]), footings: new Set([...whole.footings, ...names]) },
    });
    assert.deepEqual(lines(withFiles("ab".repeat(32), volume), of), []);
    assert.deepEqual(lines(withFiles("cd".repeat(32), volume), of), [
      `web on one: edited by hand: what is in ${volume}, its files, was changed (slipway up web)`,
    ]);
    const missing = found(withFiles("cd".repeat(32)), of);
    assert.deepEqual(
      missing.map(({ kind, what, mends }) => [kind, what, mends]),
      [
        [
          "missing",
          `volume ${volume}, with its files, is not there`,
          [{ fill: "web.files" }, { replace: "urn:pulumi:s::p::container::web" }],
        ],
      ],
    );
    assert.deepEqual(mendsOf(missing, []).again, ["web.files"]);
    assert.match(String(mendsOf(missing, []).reasons), /; its files are put there again, it is made anew$/);
  });

  it("is the container of a job that has run", () => {
    assert.deepEqual(lines({ containers: whole.containers.slice(0, 2) }), [
      "web on one: missing: the pre-deploy job's container is not there (slipway up web)",
    ]);
  });
});

describe("what an update mends", () => {
  const broken = found({
    containers: [container("edge", "e", "0", "exited"), container("web", "a", "0", "exited")],
    footings: new Set(["routes"]),
  });

  it("is all that is found, each thing once, with why", () => {
    const mends = mendsOf(broken, []);
    assert.deepEqual(mends.again, ["edge", "web"]);
    assert.deepEqual(
      mends.replace.map((urn) => urn.replace("urn:pulumi:s::p::", "")),
      ["network::net", "volume::data", "container::web"],
    );
    assert.equal(mends.reasons.length, 5);
    assert.match(
      mends.reasons.join("\n"),
      /^mends web on one: stopped: web-a is exited \(0\); its cutover runs again$/m,
    );
    assert.deepEqual(mends.left, []);
  });

  it("is of one service what is its own; what waits for an update of all is said", () => {
    const mends = mendsOf(broken, ["web"]);
    assert.deepEqual(mends.again, ["web"]);
    assert.ok(!mends.replace.some((urn) => urn.includes("network")));
    assert.deepEqual(mends.left, [
      "one: missing: network net is not there. Mended by: slipway up",
      "edge on one: stopped: edge-e is exited (0). Mended by: slipway up",
    ]);
    assert.deepEqual(mendsOf(broken, ["other"]).reasons, []);
  });
});
