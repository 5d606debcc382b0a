import assert from "node:assert/strict";
import { readCatalogue } from "../../../../model/catalogue/check.ts";
import { imageConfig } from "../../../../model/catalogue/image-config.ts";

describe("what an image brings along", () => {
  it("is whom it names as user, in its Dockerfile, in that of the base it stands on, or in the lock", () => {
    const inline = (dockerfileInline: string, base?: string) => ({
      build: { dockerfileInline, ...(base && { base }) },
    });
    const read = readCatalogue(
      {
        services: [
          { name: "none", ...inline("FROM debian\nUSER app\nFROM debian\n") },
          { name: "locked", ...inline("FROM docker.io/library/node:22\nRUN true\n") },
          { name: "stock", image: "postgres:17" },
          { name: "unknown", image: "postgres:16" },
          { name: "own", ...inline("FROM debian AS one\nUSER a\nUSER app:app\nFROM one\nRUN true\n") },
          { name: "below", ...inline("FROM ground\n", "ground") },
          { name: "above", ...inline("FROM ground\nUSER root\n", "ground") },
          { name: "dark", ...inline("FROM ground\nUSER $APP_USER\n", "ground") },
        ],
        bases: [{ name: "ground", ...inline("FROM debian\nUSER 1000\n") }],
      },
      {
        ...{ folder: "/nowhere", hosts: ["one"], domain: undefined, edge: undefined, edgePorts: [] },
        ...{ secretsGiven: [], htpasswds: [], lock: {} },
      },
    );
    assert.ok("catalogue" in read, JSON.stringify(read));
    const lock = Object.fromEntries(
      ["node:22", "postgres:17"].map((image) => [image, { digest: "", platforms: [], user: `of ${image}` }]),
    );
    const users = read.catalogue.services.map((each) => [
      each.name,
      imageConfig(each, read.catalogue, lock, "/nowhere").user,
    ]);
    assert.deepEqual(users, [
      ["none", undefined],
      ["locked", "of node:22"],
      ["stock", "of postgres:17"],
      ["unknown", undefined],
      ["own", "app:app"],
      ["below", "1000"],
      ["above", "root"],
      ["dark", undefined],
    ]);
  });

  it("is the volumes of its Dockerfile, of the bases below it and of what these stand on in the lock", () => {
    const bases = [{ name: "ground", build: { dockerfileInline: "FROM postgres:17\nVOLUME /own\n" } }];
    const entry = {
      name: "db",
      build: { base: "ground", dockerfileInline: "FROM ground\nVOLUME /a /own\n" },
    };
    const lock = { "postgres:17": { digest: "", platforms: [], volumes: ["/var/lib/postgresql/data"] } };
    assert.deepEqual(imageConfig(entry, { bases }, lock, "/nowhere").volumes, [
      "/a",
      "/own",
      "/var/lib/postgresql/data",
    ]);
  });

  it("comes to an end with bases that stand on each other", () => {
    const on = (name: string, base: string) => ({
      ...{ name, build: { base, dockerfileInline: `FROM ${base}\n` } },
    });
    const bases = [on("one", "two"), on("two", "one"), on("self", "self")];
    for (const base of bases)
      assert.deepEqual(imageConfig(base, { bases }, {}, "/nowhere"), { user: undefined, volumes: [] });
  });
});
