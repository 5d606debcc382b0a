import assert from "node:assert/strict";
import { settledIn } from "../../../cli/shared.ts";
import type { Base } from "../../../model/catalogue.ts";
import { contentHash, sourceFiles } from "../../../model/context.ts";
import { targets } from "../../../model/targets.ts";

const context = "services/python-base";
const base: Base = { name: "python-base", build: { context } };
const hash = contentHash(context, sourceFiles(context, "Dockerfile"), {
  dockerfile: "Dockerfile",
  args: {},
  platforms: ["linux/amd64"],
});
const image = (tag: string) => ({
  urn: "urn:pulumi:dev::slipway::docker-build:index:Image::python-base",
  type: "docker-build:index:Image",
  inputs: { tags: [`r/python-base:${tag}`], platforms: ["linux/amd64"] },
});
const password = {
  urn: "urn:pulumi:dev::slipway::random:index/randomPassword:RandomPassword::token",
  type: "random:index/randomPassword:RandomPassword",
};

describe("what services share", () => {
  it("is settled when the state has it as it is declared", () => {
    assert.deepEqual(settledIn([image(hash), password], [base]), new Set(["token", "python-base"]));
    assert.deepEqual(settledIn([image("0123456789abcdef")], [base]), new Set());
    assert.deepEqual(settledIn([{ ...image(hash), delete: true }], [base]), new Set());
  });

  it("is a target with its service only as long as it is not settled", () => {
    const web = {
      name: "web",
      build: { base: "python-base" },
      http: { port: 80 },
      secrets: { TOKEN: "token" },
    };
    const catalogue = { services: [web], bases: [base], secrets: [{ name: "token", generate: 20 }] };
    const own = ["**::web", "**::web.*"];
    assert.deepEqual(targets(catalogue, ["web"]), [...own, "**::python-base", "**::token"]);
    assert.deepEqual(targets(catalogue, ["web"], new Set(["python-base", "token"])), own);
  });
});
