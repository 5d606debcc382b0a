import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { Repository } from "../../../registry/client.ts";
import { copyImage } from "../../../registry/copy.ts";
import { imageSizes } from "../../../registry/sizes.ts";
import { type Replies, type TestRegistry, digestOf, startRegistry, testImage } from "./registry.ts";

const MANIFESTS = "/v2/acme/web/manifests";
const BLOBS = "/v2/acme/web/blobs";

describe("what a registry answers", () => {
  const image = testImage();
  const started: TestRegistry[] = [];
  const start = async (replies: Replies) => {
    const registry = await startRegistry(replies);
    started.push(registry);
    return {
      registry,
      repository: new Repository(`${registry.host}/acme/web`, { user: "ann", token: "secret" }),
    };
  };
  const manifest = (body: string | Buffer, headers: Record<string, string> = {}) => ({
    headers: { "content-type": image.mediaType, ...headers },
    body,
  });
  afterEach(() => Promise.all(started.splice(0).map((registry) => registry.close())));

  it("is taken where it is what its digest names", async () => {
    const { repository } = await start({
      [`GET ${MANIFESTS}/${image.digest}`]: manifest(image.manifest, {
        "docker-content-digest": image.digest,
      }),
      [`GET ${BLOBS}/${image.configDigest}`]: { body: image.config },
    });
    assert.equal((await repository.manifest(image.digest))?.body.toString(), image.manifest);
    assert.equal((await buffer(await repository.blob(image.configDigest))).toString(), image.config);
  });

  it("fails on another manifest than the digest names, and copies nothing", async () => {
    const other = testImage('{"os":"linux","architecture":"arm64"}');
    const { repository } = await start({
      [`GET ${MANIFESTS}/${image.digest}`]: manifest(other.manifest),
      [`GET ${BLOBS}/${other.configDigest}`]: { body: other.config },
    });
    const target = await start({});
    const message = `${repository.name}: not the manifest that ${image.digest} names, got ${other.digest}`;
    await assert.rejects(copyImage(repository, image.digest, target.repository, "1"), {
      name: "UserError",
      message,
    });
    assert.deepEqual(target.registry.asked, ["/v2/acme/web/manifests/1"]);
  });

  it("fails on another manifest than its own header names, where a tag was asked for", async () => {
    const headers = { "docker-content-digest": digestOf("other") };
    const { repository } = await start({ [`GET ${MANIFESTS}/1`]: manifest(image.manifest, headers) });
    await assert.rejects(repository.manifest("1"), {
      name: "UserError",
      message: /not the manifest that sha256:/,
    });
  });

  it("fails on a platform's manifest that is another", async () => {
    const index = JSON.stringify({
      manifests: [{ mediaType: image.mediaType, digest: image.digest, size: image.manifest.length }],
    });
    const { repository } = await start({
      [`GET ${MANIFESTS}/${digestOf(index)}`]: manifest(index),
      [`GET ${MANIFESTS}/${image.digest}`]: manifest("{}"),
    });
    const target = await start({});
    await assert.rejects(copyImage(repository, digestOf(index), target.repository, "1"), {
      name: "UserError",
      message: /not the manifest that/,
    });
  });

  it("fails on a configuration that is another, in sizes and in a copy", async () => {
    const replies: Replies = {
      [`GET ${MANIFESTS}/${image.digest}`]: manifest(image.manifest),
      [`GET ${BLOBS}/${image.configDigest}`]: { body: image.config.replace("linux", "Linux") },
    };
    const { repository } = await start(replies);
    const message = new RegExp(
      `^${repository.name}@${image.configDigest}: not what it is named after, got sha256:`,
    );
    await assert.rejects(imageSizes(repository, image.digest), { name: "UserError", message });
    const target = await start({
      [`POST ${BLOBS}/uploads/`]: { status: 202, headers: { location: `${BLOBS}/uploads/1` } },
      [`PUT ${BLOBS}/uploads/1`]: { status: 201 },
      [`PUT ${MANIFESTS}/1`]: { status: 201 },
    });
    await assert.rejects(copyImage(repository, image.digest, target.repository, "1"), { name: "UserError" });
    assert.ok(
      !target.registry.requests.some(({ method, url }) => method === "PUT" && url?.includes("/manifests/")),
    );
  });

  for (const named of [
    "sha256:../../../../tmp/x",
    "sha256:abc",
    "sha512:00",
    `${image.digest} `.repeat(2),
    "latest",
  ])
    it(`fails on "${named.slice(0, 30)}" for a digest`, async () => {
      const headers = { "docker-content-digest": named };
      const replies = {
        [`HEAD ${MANIFESTS}/1`]: { headers },
        [`GET ${MANIFESTS}/1`]: manifest(image.manifest, headers),
      };
      const { repository } = await start(replies);
      for (const asked of [repository.digest("1"), repository.manifest("1")])
        await assert.rejects(asked, {
          name: "UserError",
          message: /another digest than was asked for, got "/,
        });
    });

  it("fails on another digest than was asked for", async () => {
    const headers = { "docker-content-digest": digestOf("other") };
    const { repository } = await start({ [`HEAD ${MANIFESTS}/${image.digest}`]: { headers } });
    await assert.rejects(repository.digest(image.digest), { name: "UserError", message: /another digest/ });
  });

  it("is counted where no header names its digest", async () => {
    const { repository } = await start({
      [`HEAD ${MANIFESTS}/1`]: {},
      [`GET ${MANIFESTS}/1`]: manifest(image.manifest),
    });
    assert.equal(await repository.digest("1"), image.digest);
  });

  it("fails on a manifest that was stored as another", async () => {
    const headers = { "docker-content-digest": digestOf("other") };
    const { repository } = await start({ [`PUT ${MANIFESTS}/1`]: { status: 201, headers } });
    const stored = { digest: image.digest, mediaType: image.mediaType, body: Buffer.from(image.manifest) };
    await assert.rejects(repository.putManifest("1", stored), {
      name: "UserError",
      message: /another digest/,
    });
  });

  it("fails on no digest for the sizes of an image, which would name a file", async () => {
    const { repository } = await start({});
    for (const digest of ["", "sha256:..", `sha256:${"0".repeat(63)}`])
      await assert.rejects(imageSizes(repository, digest), {
        name: "UserError",
        message: /^not a digest, got /,
      });
  });

  const digests: Record<string, string> = {
    "no JSON": "<html>",
    "no object": "[]",
    "a path for a digest": `{"config":{"mediaType":"a","digest":"sha256:../../x","size":1},"layers":[]}`,
    "a size below zero": `{"config":{"mediaType":"a","digest":"${digestOf("")}","size":-1},"layers":[]}`,
  };
  for (const [what, body] of Object.entries(digests))
    it(`fails on a manifest that is ${what}`, async () => {
      const { repository } = await start({ [`GET ${MANIFESTS}/${digestOf(body)}`]: manifest(body) });
      const target = await start({});
      const message = /@sha256:[0-9a-f]{64}: not an image's manifest/;
      const problem = { name: "UserError", message };
      await assert.rejects(copyImage(repository, digestOf(body), target.repository, "1"), problem);
      await assert.rejects(imageSizes(repository, digestOf(body)), problem);
    });

  it("fails on a configuration that is no JSON", async () => {
    const none = testImage("\u001b[2Jconfig");
    const { repository } = await start({
      [`GET ${MANIFESTS}/${none.digest}`]: manifest(none.manifest),
      [`GET ${BLOBS}/${none.configDigest}`]: { body: none.config },
    });
    await assert.rejects(imageSizes(repository, none.digest), {
      name: "UserError",
      message: `${repository.name}@${none.configDigest}: not an image's configuration, got "\\u001b[2Jconfig"; expected JSON`,
    });
  });

  const tokens: Record<string, string> = {
    "no JSON": "<html>",
    "no object": "null",
    "without a token": "{}",
    "of two lines": '{"token":"a\\nb"}',
    "a number": '{"token":1}',
  };
  for (const [what, body] of Object.entries(tokens))
    it(`fails on a token that is ${what}`, async () => {
      const replies: Replies = { "GET /token": { body } };
      const { registry, repository } = await start(replies);
      replies[`HEAD ${MANIFESTS}/1`] = {
        status: 401,
        headers: { "www-authenticate": `Bearer realm="${registry.url}/token",service="s"` },
      };
      await assert.rejects(repository.digest("1"), { name: "UserError", message: /token/ });
    });

  const eightMb = Buffer.alloc(8 * 1024 * 1024 + 1, " ");
  it("fails on more than 8 MB, whatever length was said", async () => {
    const replies: Replies = {
      [`GET ${MANIFESTS}/1`]: { ...manifest(eightMb), headers: { "transfer-encoding": "chunked" } },
    };
    const { registry, repository } = await start(replies);
    await assert.rejects(repository.manifest("1"), {
      name: "UserError",
      message: /got more than 8388608 bytes for GET/,
    });
    replies["GET /token"] = { body: eightMb };
    replies[`HEAD ${MANIFESTS}/2`] = {
      status: 401,
      headers: { "www-authenticate": `Bearer realm="${registry.url}/token"` },
    };
    await assert.rejects(repository.digest("2"), {
      name: "UserError",
      message: /got more than 8388608 bytes for GET/,
    });
    replies[`GET ${MANIFESTS}/3`] = { status: 500, body: eightMb };
    await assert.rejects(new Repository(repository.name).manifest("3"), {
      name: "UserError",
      message: /got 500 more than 8388608 bytes/,
    });
  });

  it("is shown without what would steer a terminal", async () => {
    const body = '{"errors":[{"message":"\u001b]0;title\u0007\u009b2J down"}]}';
    const { repository } = await start({ [`GET ${MANIFESTS}/1`]: { status: 500, body } });
    await assert.rejects(repository.manifest("1"), {
      name: "UserError",
      message: /got 500 \{"errors":\[\{"message":"\\u001b\]0;title\\u0007\\u009b2J down"\}\]\} for GET/,
    });
  });
});
