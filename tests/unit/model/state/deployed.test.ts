import assert from "node:assert/strict";
import { deployedIn } from "../../../../model/state/deployed.ts";
import type { StateResource } from "../../../../model/state/resources.ts";

const urn = (type: string, name: string) => `urn:pulumi:prod::slipway::${type}::${name}`;
const CONTAINER = "docker:index/container:Container";

describe("what a state says is deployed", () => {
  const resource = (type: string, name: string, more: Partial<StateResource> = {}): StateResource => ({
    ...{ urn: urn(type, name), type, ...more },
  });
  const address = (name: string) => ({
    name,
    address: `ssh://deploy@${name}.lan`,
    hostKey: "ssh-ed25519 AAAA",
  });
  const host = (name: string) => [
    resource("slipway:index:Host", name, { inputs: address(name) }),
    resource("pulumi:providers:docker", name, { parent: urn("slipway:index:Host", name) }),
  ];
  const component = (kind: string, name: string, on: string, more: Partial<StateResource> = {}) => [
    resource("slipway:index:Cutover", name, { parent: urn(`slipway:index:${kind}`, name) }),
    resource(CONTAINER, name, {
      parent: urn("slipway:index:Cutover", name),
      provider: `${urn("pulumi:providers:docker", on)}::0123-4567`,
      ...more,
    }),
  ];

  it("is each service with its entry, and the host that its container's provider leads to", () => {
    const entry = { name: "web", http: { port: 80 } };
    const labels = Object.entries({ mine: "1", "slipway.service": "web", "slipway.slot": "0" });
    const inputs = { image: "web@sha256:1", labels: labels.map(([label, value]) => ({ label, value })) };
    const unlabelled = {
      urn: urn(CONTAINER, "web"),
      service: "",
      slot: "",
      leaving: false,
      created: undefined,
      inputs: {},
    };
    const resources = [
      resource("pulumi:pulumi:Stack", "slipway-prod"),
      ...["one", "two"].flatMap(host),
      resource("slipway:index:Edge", "two-edge"),
      ...component("Edge", "two-edge", "two", { id: "edge" }),
      resource("slipway:index:Service", "web", { inputs: entry }),
      resource("docker:index/volume:Volume", "web-data", {
        id: "data-1a2b",
        parent: urn("slipway:index:Service", "web"),
      }),
      ...component("Service", "web", "two", { id: "web", inputs }),
      // Replaced, and on its way out.
      ...component("Service", "web", "one", { id: "replaced", delete: true }),
      // Another replica on the same host.
      ...component("Service", "web", "two", { id: "second" }),
    ];
    assert.deepEqual(deployedIn({ resources, pending_operations: [{ type: "creating" }] }), {
      project: "slipway",
      stack: "prod",
      services: [{ entry, hosts: [address("two")], volumes: new Map([["data", "data-1a2b"]]) }],
      hosts: [address("one"), address("two")],
      edges: [address("two")],
      containers: [
        { ...unlabelled, id: "edge", urn: urn(CONTAINER, "two-edge"), host: "two" },
        { ...unlabelled, id: "web", host: "two", service: "web", slot: "0", inputs },
        { id: "replaced", host: "one", ...unlabelled, leaving: true },
        { id: "second", host: "two", ...unlabelled },
      ],
      pathChecks: [],
      footingsDigest: undefined,
      footingNames: new Set(),
      interrupted: true,
    });
  });

  it("is nothing where nothing is", () => {
    const nothing = {
      project: "",
      stack: "",
      services: [],
      hosts: [],
      edges: [],
      containers: [],
      pathChecks: [],
      footingsDigest: undefined,
      footingNames: new Set(),
    };
    assert.deepEqual(deployedIn({}), { ...nothing, interrupted: false });
  });

  it("has the digest of its footings where all hosts agree on it, and the last update succeeded", () => {
    const digestOf = (outputs: object, ...found: (string | undefined)[]) => {
      const hosts = found.map((footings, index) =>
        resource("slipway:index:Host", `host-${index}`, { inputs: address("one"), outputs: { footings } }),
      );
      const stack = resource("pulumi:pulumi:Stack", "slipway-prod", { outputs });
      return deployedIn({ resources: [stack, ...hosts] }).footingsDigest;
    };
    assert.equal(digestOf({ urls: {} }, "1a2b", "1a2b"), "1a2b");
    assert.equal(digestOf({ urls: {} }, "1a2b", "3c4d"), undefined);
    assert.equal(digestOf({ urls: {} }, "1a2b", undefined), undefined);
    // A failed update takes the stack's outputs away.
    assert.equal(digestOf({}, "1a2b", "1a2b"), undefined);
  });
});
