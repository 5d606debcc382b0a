import assert from "node:assert/strict";
import { Repository } from "../../../registry/client.ts";
import { imageDetails } from "../../../registry/details.ts";
import { type Replies, type TestRegistry, digestOf, startRegistry, testImage } from "./registry.ts";

const INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
const configuration = (architecture: string, more = {}) =>
  JSON.stringify({
    os: "linux",
    architecture,
    ...more,
    config: { Volumes: { "/data": {}, "/cache": {} }, User: "app" },
  });

describe("what is to be known of an image before it runs", () => {
  let registry: TestRegistry;
  const replies: Replies = {};
  const add = (
    reference: string,
    { manifest, config, digest, configDigest, mediaType }: ReturnType<typeof testImage>,
  ) => {
    for (const each of [reference, digest])
      replies[`GET /v2/app/manifests/${each}`] = { headers: { "content-type": mediaType }, body: manifest };
    replies[`GET /v2/app/blobs/${configDigest}`] = { body: config };
    return digest;
  };
  const entry = (digest: string, os: string, architecture: string, variant?: string) => ({
    ...{ mediaType: "application/vnd.oci.image.manifest.v1+json", digest, size: 1 },
    platform: { os, architecture, variant },
  });
  const amd = testImage(configuration("amd64"));
  const arm = testImage(configuration("arm64", { variant: "v8" }));
  const manifests = [
    entry(amd.digest, "linux", "amd64"),
    entry(arm.digest, "linux", "arm64", "v8"),
    entry(digestOf("an attestation"), "unknown", "unknown"),
  ];
  const index = JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests });
  const details = (reference: string, platform?: string) =>
    imageDetails(new Repository(`${registry.host}/app`), { reference, platform });
  const volumes = ["/cache", "/data"];
  const user = "app";

  before(async () => {
    registry = await startRegistry(replies);
    add("amd", amd);
    add("arm", arm);
    add("plain", testImage());
    replies["GET /v2/app/manifests/1"] = { headers: { "content-type": INDEX_TYPE }, body: index };
  });
  after(() => registry.close());

  it("is the index's digest, its platforms without attestations, volumes and user of the configuration", async () => {
    const platforms = ["linux/amd64", "linux/arm64/v8"];
    assert.deepEqual(await details("1"), { digest: digestOf(index), platforms, volumes, user });
  });

  it("is the digest of the chosen platform's manifest, arm64 as an index may have it too", async () => {
    const found = { digest: arm.digest, platforms: ["linux/arm64/v8"], volumes, user };
    assert.deepEqual(await details("1", "linux/arm64"), found);
    assert.deepEqual(await details("1", "linux/arm64/v8"), found);
  });

  it("is that of the only manifest where there is no index", async () => {
    const plain = { digest: testImage().digest, platforms: ["linux/amd64"] };
    assert.deepEqual(await details("plain"), plain);
    assert.deepEqual(await details("plain", "linux/amd64"), plain);
  });

  it("is nothing where there is none, and an error where it is not made for the platform", async () => {
    assert.equal(await details("gone"), undefined);
    const name = `${registry.host}/app`;
    await assert.rejects(details("1", "linux/386"), {
      message: `${name}: 1 is not made for linux/386; expected linux/amd64 or linux/arm64/v8`,
    });
    await assert.rejects(details("plain", "linux/arm64"), {
      message: `${name}: plain is not made for linux/arm64; expected linux/amd64`,
    });
  });
});
