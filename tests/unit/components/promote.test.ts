import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { findPromotedImages } from "../../../components/image/promote.ts";
import type { Recipe } from "../../../model/image/recipe.ts";
import type { ImageRecord } from "../../../model/image/record.ts";
import type { StateResource } from "../../../model/state/resources.ts";
import { TYPES } from "../../../model/state/types.ts";
import type { Settings } from "../../../settings/load.ts";
import { type Replies, type TestRegistry, digestOf, startRegistry } from "../registry/registry.ts";

const HASH = "ab".repeat(16);
const [BUILT, MOVED] = [digestOf("built"), digestOf("moved")];

describe("a promotion", () => {
  let registry: TestRegistry;
  before(async () => {
    // An update, not a preview, whatever ran before in this process.
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
    const manifest = (reference: string, digest: string): Replies => ({
      [`HEAD /v2/acme/web/manifests/${reference}`]: { headers: { "docker-content-digest": digest } },
    });
    // Somebody who may push has moved the tag.
    registry = await startRegistry({ ...manifest(HASH, MOVED), ...manifest(BUILT, BUILT) });
  });
  after(() => registry.close());

  const promoted = async (promoteRecord?: ImageRecord, state: StateResource[] = []) => {
    const settings = { images: "promote", registry: `${registry.host}/acme`, promoteRecord } as Settings;
    const found = await findPromotedImages([{ name: "web", hash: HASH } as Recipe], settings, state);
    return found.get("web")?.digest;
  };
  const deployed = (digest: string): StateResource => ({
    urn: `urn:pulumi:prod::fleet::${TYPES.serviceImage}::web`,
    type: TYPES.serviceImage,
    outputs: { ref: `${registry.host}/acme/web@${digest}`, hash: HASH },
  });

  it("takes what the content's tag leads to", async () => {
    assert.equal(await promoted(), MOVED);
    assert.equal(await promoted(undefined, [deployed(BUILT)]), BUILT);
  });

  it("takes the recorded digest where there is a record, whatever the tag leads to", async () => {
    const record = { web: { hash: HASH, digest: BUILT } };
    assert.equal(await promoted(record), BUILT);
    assert.equal(await promoted(record, [deployed(MOVED)]), BUILT);
    assert.ok(!registry.asked.slice(-2).some((path) => path.includes(HASH)));
  });

  it("fails where the recorded digest is not there, and does not look at the tag", async () => {
    const gone = digestOf("gone");
    await assert.rejects(promoted({ web: { hash: HASH, digest: gone } }), {
      message: new RegExp(`services/web: not built yet: no ${registry.host}/acme/web@${gone}`),
    });
  });

  it("fails where another content was recorded, or none", async () => {
    const other = "cd".repeat(16);
    for (const [record, got] of [
      [{ web: { hash: other, digest: BUILT } }, other],
      [{}, "none"],
    ] as const)
      await assert.rejects(promoted(record), {
        message:
          `services/web: not recorded, got content ${got}; expected ${HASH}. Run on the stack that builds: ` +
          "npx --no slipway record",
      });
  });
});
