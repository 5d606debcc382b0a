import assert from "node:assert/strict";
import { parseBuilders, partName } from "../../../../model/image/builders.ts";
import { cacheFlags, unusedCaches } from "../../../../model/image/caches.ts";

const KEY = "ssh-ed25519 AAAAC3Nza";
const BOTH = ["linux/amd64", "linux/arm64"];

describe("the stack's builders", () => {
  it("are buildx's own without a setting, or one for all platforms", () => {
    assert.deepEqual(parseBuilders("", BOTH).builders, [
      { name: undefined, endpoint: undefined, platforms: BOTH },
    ]);
    assert.deepEqual(parseBuilders("lan", BOTH).builders, [
      { name: "lan", endpoint: undefined, platforms: BOTH },
    ]);
  });

  it("are one for each platform, by name or by an endpoint, which gives a name of its own", () => {
    const { builders, problems } = parseBuilders(
      `linux/amd64 lan\nlinux/arm64,linux/arm/v7 ssh://me@pi ${KEY}\n`,
      BOTH,
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(builders.map(partName), ["amd64", "armv7-arm64"]);
    assert.match(builders[1]?.name ?? "", /^slipway-[0-9a-f]{8}$/);
    assert.deepEqual([builders[1]?.endpoint, builders[1]?.hostKey], ["ssh://me@pi", KEY]);
  });

  it("are one by ssh for all platforms, with the key of its machine", () => {
    const { builders, problems } = parseBuilders(`ssh://me@pi:2222 ${KEY}`, BOTH);
    assert.deepEqual(problems, []);
    assert.deepEqual([builders[0]?.platforms, builders[0]?.hostKey], [BOTH, KEY]);
  });

  it("fail without TLS, and by ssh without a key, but on this machine", () => {
    const problemsOf = (where: string) => parseBuilders(where, BOTH).problems;
    for (const where of [
      "tcp://10.0.0.2:1234",
      "tcp://nas.lan:1234",
      "tcp://127.0.0.1.lan:1",
      "tcp://[::2]:1",
    ])
      assert.match(problemsOf(where)[0] ?? "", /^tcp:\/\/\S+ has no TLS, so whoever is on the way/, where);
    assert.match(problemsOf("linux/amd64,linux/arm64 tcp://nas:1")[0] ?? "", /^tcp:\/\/nas:1 has no TLS/);
    for (const where of ["ssh://me@pi", "ssh://pi:22"])
      assert.match(problemsOf(where)[0] ?? "", /^ssh:\/\/\S+ has no host key; expected "ssh:/, where);
    for (const where of [
      "tcp://127.0.0.1:1234",
      "tcp://LOCALHOST:1",
      "tcp://[::1]:1",
      "ssh://me@localhost",
      "unix:///b.sock",
    ])
      assert.deepEqual(problemsOf(where), [], where);
    assert.deepEqual(problemsOf(`lan ${KEY}`), [`a host key is for ssh:// alone, got "lan ${KEY}"`]);
    assert.deepEqual(problemsOf("tcp://["), ['not an address, got "tcp://["']);
  });

  it("fails on a platform that none builds, or two, and on what is no builder", () => {
    assert.deepEqual(parseBuilders("linux/amd64 a\nlinux/amd64 b", BOTH).problems, [
      'linux/amd64: 2 builders, got "linux/amd64 a; linux/amd64 b"; expected one',
      'linux/arm64: 0 builders, got "linux/amd64 a; linux/amd64 b"; expected one',
    ]);
    assert.deepEqual(parseBuilders("ftp://x", ["linux/amd64"]).problems, [
      'not a builder, got "ftp://x"; expected a name or endpoint, or "<platform> <name or endpoint>"',
    ]);
  });
});

describe("caches", () => {
  it("are told of where GitHub's would be passed over without a word", () => {
    const [warning = ""] = unusedCaches(["gha", "local"], { GITHUB_ACTIONS: "true" });
    assert.match(warning, /^caches: gha is not used, as this step has no ACTIONS_RUNTIME_TOKEN\. /);
    assert.deepEqual(unusedCaches(["gha"], { GITHUB_ACTIONS: "true", ACTIONS_RUNTIME_TOKEN: "t" }), []);
    assert.deepEqual(unusedCaches(["gha"], {}), []);
    assert.deepEqual(unusedCaches(["registry"], { GITHUB_ACTIONS: "true" }), []);
  });

  it("are read and written at places that are the same on every machine", () => {
    assert.deepEqual(cacheFlags(["local", "registry"], "ghcr.io/acme/web", "cache-web"), {
      from: ["type=local,src=.slipway/cache/cache-web", "type=registry,ref=ghcr.io/acme/web:cache-web"],
      to: [
        "type=local,dest=.slipway/cache/cache-web,mode=max,ignore-error=true",
        "type=registry,ref=ghcr.io/acme/web:cache-web,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true",
      ],
    });
  });
});
