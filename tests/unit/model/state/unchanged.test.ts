import assert from "node:assert/strict";
import { settledIn } from "../../../../model/state/unchanged.ts";
import { parseBuilders } from "../../../../model/image/builders.ts";
import { targets } from "../../../../model/rollout/targets.ts";

const base = { name: "python-base", hash: "0123456789abcdef" };
const image = (tag: string) => ({
  urn: "urn:pulumi:dev::slipway::docker-build:index:Image::python-base",
  type: "docker-build:index:Image",
  inputs: { tags: [`r/python-base:${tag}`] },
});
const index = {
  ...image(""),
  type: "docker-build:index:Index",
  inputs: { tag: `r/python-base:${base.hash}` },
};
const around = {
  images: "build" as const,
  builders: parseBuilders("", ["linux/amd64"]).builders,
  settled: new Set<string>(),
  resources: [],
  pins: {},
};
const password = {
  urn: "urn:pulumi:dev::slipway::random:index/randomPassword:RandomPassword::token",
  type: "random:index/randomPassword:RandomPassword",
};

describe("what services share", () => {
  it("is settled when the state has it as it is declared", () => {
    assert.deepEqual(settledIn([image(base.hash), password], [base]), new Set(["token", "python-base"]));
    assert.deepEqual(settledIn([index], [base]), new Set(["python-base"]));
    assert.deepEqual(settledIn([image("fedcba9876543210")], [base]), new Set());
    assert.deepEqual(settledIn([{ ...image(base.hash), delete: true }], [base]), new Set());
  });

  it("is a target with its service only as long as it is not settled", () => {
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
    };
    const shared = ["**::python-base", "**::token"];
    const all = targets(catalogue, ["web"], around);
    assert.ok(shared.every((target) => all.includes(target)));
    const own = targets(catalogue, ["web"], { ...around, settled: new Set(["python-base", "token"]) });
    assert.deepEqual(own, ["**::web", "**::web.*"]);
  });

  it("has its image's parts as targets, be they built by several builders or copied", () => {
    const catalogue = { services: [{ name: "web" }], bases: [], secrets: [] };
    const platforms = ["linux/amd64", "linux/arm/v7", "linux/arm64"];
    const { builders } = parseBuilders("linux/arm64 pi\nlinux/amd64,linux/arm/v7 nas", platforms);
    const parts = ["**::web-arm64", "**::web-amd64-armv7"];
    assert.deepEqual(targets(catalogue, ["web"], { ...around, builders }).slice(2), parts);
    assert.deepEqual(targets(catalogue, ["web"], { ...around, images: "promote", builders }).slice(2), [
      "**::web-copy",
    ]);
  });

  it("has a volume that it is to lose as a target, and no other service's", () => {
    const type = "docker:index/volume:Volume";
    const owner = (service: string) => `urn:pulumi:dev::slipway::slipway:index:Service::${service}`;
    const volume = (service: string) => ({
      ...{ type, parent: owner(service), urn: `${owner(service)}$${type}::${service}-data` },
    });
    const catalogue = { services: [{ name: "web" }, { name: "store" }], bases: [], secrets: [] };
    const resources = [volume("web"), volume("store")];
    assert.deepEqual(targets(catalogue, ["web"], { ...around, resources }).slice(2), ["**::web-data"]);
  });
});
