import assert from "node:assert/strict";
import { externalImages, frontendOf, triggersOf, withFrontend } from "../../../../model/image/dockerfile.ts";

const CASES: [what: string, text: string, images: string[]][] = [
  [
    "its short names",
    "FROM docker.io/library/debian:latest\nFROM index.docker.io/acme/a:1\n",
    ["acme/a:1", "debian"],
  ],
  ["a platform flag before it", "FROM --platform=$BUILDPLATFORM golang:1.26 AS build\n", ["golang:1.26"]],
  [
    "COPY --from, among other flags",
    "FROM scratch\nCOPY --chown=1:1 --from=busybox:latest /a /b\n",
    ["busybox"],
  ],
  [
    "each RUN --mount, wherever its from stands",
    "FROM scratch\nRUN --mount=type=bind,from=ghcr.io/acme/tools:2,target=/t \\\n  --mount=from=a:1,target=/c make\n",
    ["a:1", "ghcr.io/acme/tools:2"],
  ],
  ["no stage, however it is written", "FROM a:1 AS Build\nFROM build\nCOPY --from=BUILD /a /a\n", ["a:1"]],
  ["no stage by number", "FROM a:1\nFROM scratch\nCOPY --from=0 /a /b\n", ["a:1"]],
  [
    "a stage of another name only from there on",
    "FROM later\nFROM a:1 AS later\nFROM later\n",
    ["a:1", "later"],
  ],
  ["none by digest", "FROM debian:12@sha256:ab\n", []],
  ["none that is known, with its tag too", "FROM ours:latest AS one\nCOPY --from=shared . .\n", []],
  ["no comment, also within a continued line", "# FROM b:1\nFROM \\\n# FROM c:1\n\n  a:1\n", ["a:1"]],
  [
    "no word of a command",
    'FROM a:1\nRUN echo --from=b:1 && x --mount=from=c:1\nRUN ["FROM", "d:1"]\n',
    ["a:1"],
  ],
  ["no here-document", "FROM a:1\nRUN <<EOF\nFROM b:1\nEOF\nFROM c:1\n", ["a:1", "c:1"]],
  [
    "no here-document of several, quoted or indented",
    "FROM a:1\nCOPY <<one <<-'two' /\nFROM b:1\none\nFROM c:1\n\ttwo\nFROM d:1\n",
    ["a:1", "d:1"],
  ],
  ["what follows a here-string of a shell", 'FROM a:1\nRUN cat <<<"x"\nFROM b:1\n', ["a:1", "b:1"]],
  ["another escape character", "# escape=`\nFROM a:1\nRUN dir C:\\\nFROM `\n  b:1\n", ["a:1", "b:1"]],
  ["the frontend", "# syntax=docker/dockerfile:1\nFROM a:1\n", ["a:1", "docker/dockerfile:1"]],
  [
    "the frontend behind other directives, and what follows its name",
    "#!/usr/bin/env docker\n# escape=`\n#  Syntax = ghcr.io/acme/df:2 --x\nFROM a:1\n",
    ["a:1", "ghcr.io/acme/df:2"],
  ],
  ["no frontend by digest", "# syntax=docker/dockerfile:1@sha256:ab\nFROM a:1\n", ["a:1"]],
  ["no frontend that is a comment", "# page = 1\n# syntax=b:1\nFROM a:1\n# syntax=c:1\n", ["a:1"]],
  [
    "lower-case instructions and Windows' line ends",
    "from a:1 as one\r\ncopy --from=b:1 / /\r\n",
    ["a:1", "b:1"],
  ],
  ["a mark at its beginning", "\uFEFFFROM a:1\n", ["a:1"]],
  [
    "variables of ARG lines, several on one, quoted, one from another",
    "ARG TAG=12 KIND='slim'\nARG IMAGE=\"debian:${TAG}\"-$KIND\nFROM $IMAGE\n",
    ["debian:12-slim"],
  ],
  ["an ARG that goes on in the next line", "ARG \\\n  TAG=1\nFROM a:$TAG\n", ["a:1"]],
  [
    "a variable that is not set, with and without another value",
    "ARG A\nFROM ${A:-a}:1$A\nFROM ${A-b}:2\n",
    ["a:1", "b:2"],
  ],
  [
    "a variable that is empty",
    "ARG A=\nFROM ${A:-a}:1\nFROM b${A-c}:1\nFROM c${A:+d}:1\nFROM d${A+e}:1\n",
    ["a:1", "b:1", "c:1", "de:1"],
  ],
  [
    "another value if it is set, with variables of its own",
    "ARG A=1\nFROM a${A:+:${A}}\nFROM ${B:-b:$A}\n",
    ["a:1", "b:1"],
  ],
  [
    "a quoted name, and one with a backslash",
    "FROM \"a:1\"\nFROM 'b:1'\nFROM c\\:1\n",
    ["a:1", "b:1", "c:1"],
  ],
  ["no ARG of a stage", "ARG A=a:1\nFROM $A\nARG A=b:1\nFROM $A AS two\n", ["a:1"]],
  ["numbers shifted in a command", "FROM a:1\nRUN echo $((1<<4)) $(( 2 << 1 ))\nFROM b:1\n", ["a:1", "b:1"]],
  [
    "no here-document whose word has a dot, or of two on a line",
    "FROM a:1\nCOPY <<EOF.txt /a\nFROM c:1\nEOF.txt\nRUN <<A cat && <<B cat\nFROM d:1\nA\nFROM e:1\nB\nFROM b:1\n",
    ["a:1", "b:1"],
  ],
  [
    "a beginning or end cut off a value, the shortest or the longest",
    "ARG V=v1.2.3-rc.1\nFROM a:${V#v}\nFROM b:${V%.*}\nFROM c:${V%%.*}\nFROM d:${V##*.}\nFROM e:${V#*.}\nFROM f:${V#x}\nFROM g:${V%?c*}\nFROM h:${V%-rc*}\n",
    ["a:1.2.3-rc.1", "b:v1.2.3-rc", "c:v1", "d:1", "e:2.3-rc.1", "f:v1.2.3-rc.1", "g:v1.2.3-", "h:v1.2.3"],
  ],
  [
    "a part of a value replaced, once or everywhere, by a variable too",
    "ARG V=1_2_3\nARG B=_\nFROM a:${V/_/.}\nFROM b:${V//_/.}\nFROM c:${V//$B/-}\nFROM d:${V/_}\n",
    ["a:1.2_3", "b:1.2.3", "c:1-2-3", "d:12_3"],
  ],
  ["a value that must be set", "ARG V=1\nFROM a:${V:?none}\nFROM b:${V?}\n", ["a:1", "b:1"]],
  [
    "no stage that follows from the platform of the builder or of the target, in any case",
    "FROM a:1 AS On-AMD64\nFROM b:1 AS on-arm\nFROM on-${BUILDARCH}\nCOPY --from=ON-amd64 /a /a\nFROM on-${TARGETARCH} AS last\n",
    ["a:1", "b:1"],
  ],
  ["no trigger, which is for what stands on it", "FROM a:1\nONBUILD COPY --from=b:1 / /\n", ["a:1"]],
  [
    "a stage for each platform",
    "FROM a:1 AS on-amd64\nFROM b:1 AS on-arm\nFROM on-$TARGETARCH\nFROM c:${TARGETOS}-${TARGETARCH}${TARGETVARIANT}\n",
    ["a:1", "b:1", "c:linux-amd64", "c:linux-armv7"],
  ],
];

describe("the external images of a Dockerfile", () => {
  const images = (text: string, args = {}) =>
    externalImages(text, { args, known: ["ours", "shared"], platforms: ["linux/amd64", "linux/arm/v7"] });

  for (const [what, text, expected] of CASES)
    it(`are with ${what}`, () => {
      assert.deepEqual(images(text), expected);
    });

  it("are also those that a base names behind ONBUILD, for what stands on it", () => {
    const context = { args: {}, known: [], platforms: ["linux/amd64"] };
    const base = "FROM b:1 AS one\nONBUILD RUN x\nFROM a:1\nonbuild COPY --from=c:1 \\\n  / /\nRUN y\n";
    assert.equal(triggersOf(base, context), "COPY --from=c:1 \\\n  / /");
    assert.equal(triggersOf("FROM a:1\nRUN y\n", context), "");
  });

  it("are pinned, the frontend among them, in the Dockerfile itself", () => {
    const text = "# escape=`\n# syntax=docker/dockerfile:1\nFROM a:1\n";
    assert.equal(frontendOf(text), "docker/dockerfile:1");
    const pinned = withFrontend(text, "sha256:ab");
    assert.equal(pinned, "# escape=`\n# syntax=docker/dockerfile:1@sha256:ab\nFROM a:1\n");
    assert.equal(frontendOf("FROM a:1\n"), undefined);
  });

  it("follow build arguments over the Dockerfile's own values, as they are", () => {
    const text = "ARG VERSION=12\nARG IMAGE=debian:$VERSION\nARG NONE\nFROM $IMAGE\nFROM a:${NONE:-1}\n";
    assert.deepEqual(images(text), ["a:1", "debian:12"]);
    assert.deepEqual(images(text, { VERSION: "13", OTHER: "x" }), ["a:1", "debian:13"]);
    assert.deepEqual(images(text, { IMAGE: "b:1", NONE: "2" }), ["a:2", "b:1"]);
  });
});
