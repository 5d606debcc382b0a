import assert from "node:assert/strict";

import { DockerBuild, IMAGE } from "./docker-build-fixture.ts";
import { isSecret, type Props, secret, type Value } from "./values.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const HERE = { context: { location: "." }, dockerfile: { inline: "FROM scratch" } };
const S3 = { bucket: "cache", region: "nowhere" };

/** What the stand-in does not implement, and the input that it must name. */
const NOT_IMPLEMENTED: [property: string, inputs: Props][] = [
  ["context.location", { context: { location: "-" } }],
  ["exports[0]", { exports: [{ oci: {} }] }],
  ["exports[0]", { exports: [{ raw: "type=tar,dest=-" }] }],
  ["cacheFrom[0].azblob.secretAccessKey", { cacheFrom: [{ azblob: { name: "a", secretAccessKey: "k" } }] }],
  ["cacheTo[1].azblob.secretAccessKey", { cacheTo: [{}, { azblob: { name: "a", secretAccessKey: "k" } }] }],
  ["cacheTo[0].raw", { cacheTo: [{ raw: "type=s3,bucket=a,secret_access_key=k" }] }],
  ["cacheFrom[0].raw", { cacheFrom: [{ raw: "type=gha,token=k" }] }],
  [
    "cacheTo",
    {
      cacheFrom: [{ s3: { ...S3, accessKeyId: "one", secretAccessKey: "k" } }],
      cacheTo: [{ s3: { ...S3, accessKeyId: "two", secretAccessKey: "k" } }],
    },
  ],
  ['secrets["key"]', { secrets: { key: "a\0b" } }],
  ['secrets["key"]', { secrets: { key: "k".repeat(128 * 1024) } }],
];

/** What is wrong for any implementation. */
const WRONG: [property: string, inputs: Props][] = [
  ["context.location", { context: { location: "not-there" } }],
  ["dockerfile", { dockerfile: { location: "Dockerfile", inline: "FROM scratch" } }],
  ["dockerfile.location", { dockerfile: { location: "not-there" } }],
  ["dockerfile.inline", { dockerfile: { inline: "FORM scratch" } }],
  ["tags[1]", { tags: ["a", "NOT A NAME"] }],
  ["push", { push: true }],
  ["exports[0]", { exports: [{ registry: {} }] }],
  ["exports[0]", { exports: [{ local: { dest: "a" }, tar: { dest: "a" } }] }],
  ["cacheFrom[0]", { cacheFrom: [{ local: { src: "a" }, raw: "type=local,src=a" }] }],
];

describe("the docker-build plugin's check", function () {
  this.timeout(INSTALL_TIMEOUT);
  let build: DockerBuild;

  before(async () => {
    build = await DockerBuild.start();
  });
  after(() => build.close());

  for (const [property, inputs] of NOT_IMPLEMENTED) {
    it(`refuses ${property}, which it does not implement: ${JSON.stringify(inputs).slice(0, 80)}`, async () => {
      const { failures } = await build.plugin.check(IMAGE, { push: false, ...HERE, ...inputs });
      assert.deepEqual(
        failures.map((failure) => failure.property),
        [property],
      );
      assert.match(failures[0]?.reason ?? "", /stand-in/);
    });
  }

  for (const [property, inputs] of WRONG) {
    it(`refuses ${JSON.stringify(inputs)} at ${property}`, async () => {
      const { failures } = await build.plugin.check(IMAGE, { push: false, ...HERE, ...inputs });
      assert.deepEqual(
        failures.map((failure) => failure.property),
        [property],
      );
    });
  }

  it("leaves a Dockerfile of another syntax to its frontend, but not one of docker/dockerfile:1", async () => {
    const newer = "FROM scratch\nRUN --quickly true\nHURRY\n";
    const checked = async (text: string) => {
      const { failures } = await build.plugin.check(IMAGE, {
        push: false,
        ...HERE,
        dockerfile: { inline: text },
      });
      return failures.map(({ property }) => property);
    };
    assert.deepEqual(await checked(newer), ["dockerfile.inline"]);
    assert.deepEqual(await checked(`# syntax=docker/dockerfile:1\n${newer}`), ["dockerfile.inline"]);
    assert.deepEqual(await checked(`# syntax=docker/dockerfile:1.99\n${newer}`), []);
    assert.deepEqual(await checked(`# syntax=docker.io/docker/dockerfile:1\n${newer}`), []);
  });

  it("takes a place in a registry that is named by the export instead of a tag", async () => {
    await build.checked({ ...HERE, exports: [{ registry: { names: ["registry.example.com/web"] } }] });
    await build.checked({
      ...HERE,
      exports: [{ raw: "type=image,push=true,name=registry.example.com/web" }],
    });
  });

  it("looks for the context here and for the Dockerfile in the context", async () => {
    build.write(".", { Dockerfile: "FROM scratch" });
    const { context, dockerfile } = await build.checked({});
    assert.deepEqual([context, location(dockerfile)], [{ location: "." }, "Dockerfile"]);
    const elsewhere = build.context();
    const inputs = await build.checked({ context: { location: elsewhere } });
    assert.equal(location(inputs.dockerfile), `${elsewhere}/Dockerfile`);
  });

  it("fills in the declared defaults, of what is inside too", async () => {
    const inputs = await build.checked({ ...HERE, cacheTo: [{ registry: { ref: "a" } }] });
    assert.equal(inputs.network, "default");
    assert.deepEqual(withoutEmpty(inputs.cacheTo), [
      {
        registry: {
          ref: "a",
          mode: "min",
          compression: "gzip",
          forceCompression: false,
          ignoreError: false,
          imageManifest: false,
          ociMediaTypes: true,
          compressionLevel: 0,
        },
        disabled: false,
      },
    ]);
  });

  it("marks secrets and keeps the marks that are there", async () => {
    const inputs = await build.checked({
      ...HERE,
      secrets: { key: "k" },
      registries: [{ address: "a", username: "b", password: "c" }],
      cacheFrom: [{ s3: { ...S3, secretAccessKey: "k", sessionToken: "k" } }],
      buildArgs: { token: secret("k") },
    });
    const [registry] = inputs.registries as Record<string, Value>[];
    const [cache] = inputs.cacheFrom as { s3: Record<string, Value> }[];
    assert.ok(isSecret(inputs.secrets), "secrets");
    assert.ok(isSecret(registry?.password), "password");
    assert.ok(isSecret(cache?.s3.secretAccessKey), "secretAccessKey");
    assert.ok(isSecret(cache.s3.sessionToken), "sessionToken");
    assert.ok(isSecret((inputs.buildArgs as Record<string, Value>).token), "buildArgs");
  });
});

function location(dockerfile: Value | undefined): Value | undefined {
  return (dockerfile as Record<string, Value>).location;
}

/** The value without its empty strings, which mean nothing to the plugin. */
function withoutEmpty(value: Value | undefined): unknown {
  return JSON.parse(JSON.stringify(value, (_, inner: unknown) => (inner === "" ? undefined : inner)));
}
