import assert from "node:assert/strict";
import declareStack from "../../../index.ts";
import type { Service } from "../../../model/catalogue/service.ts";
import { type Declared, declaredBy } from "../mocks.ts";

const DIGEST = `sha256:${"0a".repeat(32)}`;
const CONFIG = {
  "slipway:registry": "ghcr.io/acme",
  "slipway:registryUser": "ci",
  "slipway:registryToken": "a token",
  "slipway:hosts": "main ssh://deploy@203.0.113.10 ssh-ed25519 AAAA",
  "slipway:edge": "false",
};

/** The program itself, with another catalogue. */
function declared(services: readonly Service[], config: Record<string, string> = {}): Promise<Declared[]> {
  return declaredBy(() => declareStack({ services }), { ...CONFIG, ...config });
}

describe("the program, with stock images", () => {
  for (const images of ["build", "promote"])
    it(`runs their digest and makes nothing for them, in a stack with images: ${images}`, async () => {
      const found = await declared([{ name: "db", image: `postgres@${DIGEST}` }], {
        "slipway:images": images,
      });
      const own = found.filter(({ name }) => name === "db" || name.startsWith("db."));
      assert.deepEqual(own.map(({ type }) => type.replace(/^.*[:/]/, "")).sort(), [
        "Command",
        "Container",
        "Cutover",
        "Service",
        "ServiceImage",
      ]);
      const [image] = own.filter(({ type }) => type.endsWith(":ServiceImage"));
      assert.deepEqual(image?.inputs, { image: `postgres@${DIGEST}` });
      const [container] = own.filter(({ type }) => type.endsWith(":Container"));
      assert.equal(container?.inputs.image, `postgres@${DIGEST}`);
    });

  it("copies one that is mirrored into the stack's registry, by the stack's account, and runs it from there", async () => {
    const found = await declared([{ name: "db", image: `postgres@${DIGEST}`, mirror: true }]);
    const inputsOf = (name: string, type: string) =>
      found.find((each) => each.name === name && each.type.endsWith(type))?.inputs;
    assert.equal(inputsOf("db", ":Container")?.image, `ghcr.io/acme/db@${DIGEST}`);
    const { create, environment } = inputsOf("db.copy", ":Command") ?? {};
    assert.equal(
      create,
      `node cli/slipway.mjs copy docker.io/library/postgres@${DIGEST} ghcr.io/acme/db:${"0a".repeat(32)}`,
    );
    assert.deepEqual(environment, { secret: { SLIPWAY_TO_USER: "ci", SLIPWAY_TO_TOKEN: "a token" } });
  });

  it("fails before any resource where the lock lacks some, and names the command for all of them", async () => {
    const services = [
      { name: "db", image: "postgres:17" },
      { name: "cache", image: `valkey@${DIGEST}`, platform: "linux/amd64" },
    ];
    await assert.rejects(declared(services), {
      message:
        'services/db/image: not in the lock yet, got "postgres:17". Run: npx --no slipway lock\n' +
        `services/cache/image: not in the lock yet, got "valkey@${DIGEST} linux/amd64". Run: npx --no slipway lock`,
    });
  });
});
