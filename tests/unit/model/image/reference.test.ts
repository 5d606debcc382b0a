import assert from "node:assert/strict";
import {
  digestOf,
  familiarName,
  imageAt,
  parseReference,
  registryOf,
  repositoryOf,
} from "../../../../model/image/reference.ts";

const DIGEST = `sha256:${"ab".repeat(32)}`;

describe("an image's name", () => {
  it("has registry, repository, tag and digest, docker.io and library filled in", () => {
    const parts = (name: string) => {
      const { registry, repository, tag, digest } = parseReference(name);
      return [registry, repository, tag, digest];
    };
    assert.deepEqual(parts("debian"), ["docker.io", "library/debian", undefined, undefined]);
    assert.deepEqual(parts("index.docker.io/debian:12"), ["docker.io", "library/debian", "12", undefined]);
    assert.deepEqual(parts("grafana/loki:3"), ["docker.io", "grafana/loki", "3", undefined]);
    assert.deepEqual(parts("ghcr.io/acme/web"), ["ghcr.io", "acme/web", undefined, undefined]);
    assert.deepEqual(parts("localhost/web"), ["localhost", "web", undefined, undefined]);
    assert.deepEqual(parts(`localhost:5000/web:1@${DIGEST}`), ["localhost:5000", "web", "1", DIGEST]);
  });

  it("gives its registry, or its repository and its digest as they are written", () => {
    assert.equal(registryOf("127.0.0.1:5000/acme/web:1"), "127.0.0.1:5000");
    assert.equal(registryOf("debian:12"), "docker.io");
    for (const suffix of ["", ":1", `@${DIGEST}`, `:1@${DIGEST}`])
      assert.equal(repositoryOf(`127.0.0.1:5000/acme/web${suffix}`), "127.0.0.1:5000/acme/web");
    assert.equal(digestOf(`ghcr.io/acme/web:1@${DIGEST}`), DIGEST);
    assert.equal(digestOf("ghcr.io/acme/web:1"), undefined);
  });

  it("is known by its digest alone, and not at all while that is not made", () => {
    assert.equal(imageAt("ghcr.io/acme/web", DIGEST), `ghcr.io/acme/web@${DIGEST}`);
    for (const none of [undefined, "", "undefined"])
      assert.equal(imageAt("ghcr.io/acme/web", none), undefined);
  });

  it("is short without docker.io, library and latest", () => {
    assert.equal(familiarName("docker.io/library/debian:latest"), "debian");
    assert.equal(familiarName("index.docker.io/grafana/loki:3"), "grafana/loki:3");
    assert.equal(familiarName("ghcr.io/acme/web:1"), "ghcr.io/acme/web:1");
  });
});
