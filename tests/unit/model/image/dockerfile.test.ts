import assert from "node:assert/strict";
import { outsideImages } from "../../../../model/image/dockerfile.ts";

describe("the images a Dockerfile takes from elsewhere", () => {
  const images = (text: string, args = {}, known: string[] = []) => outsideImages(text, args, known);

  it("are those of FROM, COPY --from and RUN --mount, by their short names", () => {
    const text = `
# FROM commented:1
FROM --platform=$BUILDPLATFORM docker.io/library/golang:1.26 AS build
RUN --mount=type=bind,from=ghcr.io/acme/tools:2,target=/t \\
    --mount=type=cache,target=/c make
FROM scratch
COPY --from=build /a /a
COPY --from=0 /a /b
COPY --from=busybox:latest --chown=1:1 /bin/sh /sh
`;
    assert.deepEqual(images(text), ["busybox", "ghcr.io/acme/tools:2", "golang:1.26"]);
  });

  it("are not other images of the catalogue, named contexts, stages, or what has a digest", () => {
    const text = "FROM ours AS one\nFROM one\nCOPY --from=shared . .\nFROM debian:12@sha256:ab\n";
    assert.deepEqual(images(text, {}, ["ours", "shared"]), []);
  });

  it("follow ARG lines before the first FROM, and build arguments over them", () => {
    const text = 'ARG VERSION="12"\nARG IMAGE=debian:${VERSION}-slim\nFROM $IMAGE\nFROM ${OTHER:-alpine}:3\n';
    assert.deepEqual(images(text), ["alpine:3", "debian:12-slim"]);
    assert.deepEqual(images(text, { VERSION: "13" }), ["alpine:3", "debian:13-slim"]);
  });

  it("are not what stands in a here-document", () => {
    assert.deepEqual(images("FROM a:1\nRUN <<EOF\nFROM b:1\nEOF\nFROM c:1\n"), ["a:1", "c:1"]);
  });
});
