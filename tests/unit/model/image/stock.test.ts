import assert from "node:assert/strict";
import { parseCatalogue } from "../../../../model/catalogue/check.ts";
import type { Service } from "../../../../model/catalogue/service.ts";
import { platformProblems, stockImages, unlockedProblems } from "../../../../model/image/stock.ts";

const [INDEX, ARM, GIVEN] = ["0a", "0b", "0c"].map((byte) => `sha256:${byte.repeat(32)}`) as [
  string,
  string,
  string,
];
const LOCK = {
  "postgres:17": { digest: INDEX, platforms: ["linux/amd64", "linux/arm64/v8"] },
  "postgres:17 linux/arm64": { digest: ARM, platforms: ["linux/arm64/v8"] },
  "grafana/grafana": INDEX,
};
const SETTINGS = { lock: LOCK, registry: "ghcr.io/acme", mirror: undefined };

function stockOf(entry: Omit<Service, "name">, settings = {}) {
  const catalogue = parseCatalogue({ services: [{ name: "db", ...entry }, { name: "built" }] });
  const images = stockImages(catalogue, { ...SETTINGS, ...settings });
  assert.equal(images.length, 1);
  const [{ digest, source, repository } = { digest: "", source: "", repository: "" }] = images;
  return { digest, source, repository, problems: unlockedProblems(images) };
}

describe("a stock image", () => {
  it("is what the lock has, out of its own registry, or of what stands for docker.io", () => {
    const hub = { digest: INDEX, source: "docker.io/library/postgres", repository: "postgres", problems: [] };
    assert.deepEqual(stockOf({ image: "postgres:17" }), hub);
    const mirrored = "registry.lan:5000/hub/library/postgres";
    assert.deepEqual(stockOf({ image: "postgres:17" }, { mirror: "registry.lan:5000/hub" }), {
      ...hub,
      source: mirrored,
      repository: mirrored,
    });
    assert.deepEqual(stockOf({ image: "grafana/grafana" }), {
      ...hub,
      source: "docker.io/grafana/grafana",
      repository: "grafana/grafana",
    });
  });

  it("is one of its platforms where that is chosen, and the given digest where there is one, without the lock", () => {
    assert.equal(stockOf({ image: "postgres:17", platform: "linux/arm64" }).digest, ARM);
    const image = `ghcr.io/other/db:1@${GIVEN}`;
    const own = { digest: GIVEN, source: "ghcr.io/other/db", repository: "ghcr.io/other/db", problems: [] };
    assert.deepEqual(stockOf({ image }, { lock: {}, mirror: "registry.lan:5000/hub" }), own);
  });

  it("is pulled from the stack's own registry where it is mirrored", () => {
    const { source, repository } = stockOf({ image: "postgres:17", mirror: true });
    assert.deepEqual([source, repository], ["docker.io/library/postgres", "ghcr.io/acme/db"]);
  });

  it("that is not in the lock is told with the command that puts it there", () => {
    const run = "Run: npx --no slipway lock";
    assert.deepEqual(stockOf({ image: "postgres:18" }).problems, [
      `services/db/image: not in the lock yet, got "postgres:18". ${run}`,
    ]);
    assert.deepEqual(stockOf({ image: `postgres@${GIVEN}`, platform: "linux/amd64" }).problems, [
      `services/db/image: not in the lock yet, got "postgres@${GIVEN} linux/amd64". ${run}`,
    ]);
  });

  it("that is not made for its host is told, unless a platform is chosen, or the engine runs that one too", () => {
    const on = (platform: string, platforms: string[], chosen?: string) =>
      platformProblems(
        { name: "db", image: "x", platform: chosen },
        { x: { digest: INDEX, platforms }, "x linux/amd64": { digest: ARM, platforms } },
        "pi",
        platform,
      );
    assert.deepEqual(on("linux/arm64", ["linux/amd64", "linux/386"]), [
      'services/db/image: not made for host pi, which is linux/arm64, got "x" for linux/amd64, linux/386. Choose another ' +
        'image or host, or where the host emulates one of these: platform: "linux/amd64"',
    ]);
    assert.deepEqual(on("linux/arm64", ["linux/amd64"], "linux/amd64"), []);
    assert.deepEqual(on("linux/arm64", ["linux/arm64/v8"]), []);
    assert.deepEqual(on("linux/arm64", ["linux/arm/v7"]), []);
    assert.equal(on("linux/arm", ["linux/arm64/v8"]).length, 1);
    // What is given by digest, or was locked as a base image only, is not known.
    assert.deepEqual(platformProblems({ name: "db", image: "x" }, { x: INDEX }, "pi", "linux/arm64"), []);
  });
});
