import assert from "node:assert/strict";
import { findUnchanged } from "../../../../model/state/unchanged.ts";
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
const context = {
  images: "build" as const,
  builders: parseBuilders("", ["linux/amd64"]).builders,
  unchanged: new Set<string>(),
  resources: [],
  pins: {},
};
const password = {
  urn: "urn:pulumi:dev::slipway::random:index/randomPassword:RandomPassword::token",
  type: "random:index/randomPassword:RandomPassword",
};

describe("what services share", () => {
  it("is unchanged when the state has it as it is declared", () => {
    assert.deepEqual(findUnchanged([image(base.hash), password], [base]), new Set(["token", "python-base"]));
    assert.deepEqual(findUnchanged([index], [base]), new Set(["python-base"]));
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
    };
    const shared = ["**::python-base", "**random:index/randomPassword:RandomPassword::token"];
    const all = targets(catalogue, ["web"], context);
    assert.ok(shared.every((target) => all.includes(target)));
    const own = targets(catalogue, ["web"], { ...context, unchanged: new Set(["python-base", "token"]) });
    assert.deepEqual(own, ["**::web", "**::web.*"]);
  });

  it("has its image's parts as targets, be they built by several builders or copied", () => {
    const catalogue = { services: [{ name: "web" }], bases: [], secrets: [] };
    const platforms = ["linux/amd64", "linux/arm/v7", "linux/arm64"];
    const { builders } = parseBuilders("linux/arm64 pi\nlinux/amd64,linux/arm/v7 nas", platforms);
    const parts = ["**docker-build:index:Image::web-arm64", "**docker-build:index:Image::web-amd64-armv7"];
    assert.deepEqual(targets(catalogue, ["web"], { ...context, builders }).slice(2), parts);
    assert.deepEqual(targets(catalogue, ["web"], { ...context, images: "promote", builders }).slice(2), [
      "**command:local:Command::web-copy",
    ]);
  });

  it("has a volume that it is to lose as a target, and no other service's", () => {
    const type = "docker:index/volume:Volume";
    const owner = (service: string) => `urn:pulumi:dev::slipway::slipway:index:Service::${service}`;
    const volume = (service: string) => ({
      ...{ type, parent: owner(service), urn: `${owner(service)}$${type}::${service}-data` },
    });
    const catalogue = { services: [{ name: "web" }, { name: "store" }], bases: [], secrets: [] };
    const component = (service: string) => ({
      ...{ urn: owner(service), type: "slipway:index:Service", inputs: { name: service } },
    });
    const resources = ["web", "store"].flatMap((service) => [component(service), volume(service)]);
    assert.deepEqual(targets(catalogue, ["web"], { ...context, resources }).slice(2), [
      "**docker:index/volume:Volume::web-data",
    ]);
  });
});
