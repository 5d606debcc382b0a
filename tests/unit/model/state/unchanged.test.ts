import assert from "node:assert/strict";
import { findUnchanged } from "../../../../model/state/unchanged.ts";
import { targets } from "../../../../model/rollout/targets.ts";

const base = { name: "python-base", hash: "0123456789abcdef" };
const image = (tag: string) => ({
  urn: "urn:pulumi:dev::slipway::docker-build:index:Image::python-base",
  type: "docker-build:index:Image",
  inputs: { tags: [`r/python-base:${tag}`] },
});
const joined = {
  urn: "urn:pulumi:dev::slipway::slipway:index:ServiceImage::python-base",
  type: "slipway:index:ServiceImage",
  outputs: { hash: base.hash, ref: `r/python-base@sha256:${"a".repeat(64)}` },
};
const context = { unchanged: new Set<string>(), pins: {} };
const password = {
  urn: "urn:pulumi:dev::slipway::random:index/randomPassword:RandomPassword::token",
  type: "random:index/randomPassword:RandomPassword",
};

describe("what services share", () => {
  it("is unchanged when the state has it as it is declared", () => {
    assert.deepEqual(findUnchanged([image(base.hash), password], [base]), new Set(["token", "python-base"]));
    assert.deepEqual(findUnchanged([joined], [base]), new Set(["python-base"]));
    assert.deepEqual(findUnchanged([image("fedcba9876543210")], [base]), new Set());
    assert.deepEqual(findUnchanged([{ ...image(base.hash), delete: true }], [base]), new Set());
  });

  it("is a target with its service only as long as it has changed", () => {
    const web = {
      name: "web",
      build: { base: "python-base" },
      http: { port: 80 },
      secrets: { TOKEN: "token" },
    };
    const catalogue = {
      services: [web],
      bases: [{ name: "python-base" }],
      secrets: [{ name: "token", generate: 20 }],
      volumes: [],
      networks: [],
    };
    const shared = [
      "**::python-base",
      "**::python-base.*",
      "**random:index/randomPassword:RandomPassword::token",
    ];
    const all = targets(catalogue, ["web"], context);
    assert.ok(shared.every((target) => all.includes(target)));
    const own = targets(catalogue, ["web"], { ...context, unchanged: new Set(["python-base", "token"]) });
    assert.deepEqual(own, ["**::web", "**::web.*"]);
  });
});
