import assert from "node:assert/strict";
import { accountOf } from "../../../settings/credentials.ts";
import type { Environment } from "../../../settings/environment.ts";
import { read } from "../../../settings/registry.ts";
import { problemsOf, readerOf } from "./readers.ts";

describe("the registry's settings", () => {
  const values: Partial<Record<string, string>> = {
    registry: "127.0.0.1:5000",
    registryUser: "someone",
    registryToken: "theirs",
  };
  const lab: Environment = { name: "lab", missing: "there is no lab", value: (key) => values[key] };
  const accounts = async (texts: Record<string, string>) => {
    const reader = await readerOf(texts, [lab]);
    const { registry, push, pull } = read(reader);
    assert.deepEqual(reader.problems, []);
    return { registry, host: push?.registry, push: await accountOf(push), pull: await accountOf(pull) };
  };
  const pushing = { registry: "ghcr.io/acme", registryUser: "ci", registryToken: "a" };

  it("are a user who pushes, and one who pulls, the same if there is no other", async () => {
    const ci = { user: "ci", token: "a" };
    const given = { registry: "ghcr.io/acme", host: "ghcr.io" };
    assert.deepEqual(await accounts(pushing), { ...given, push: ci, pull: ci });
    const hosts = { user: "hosts", token: "b" };
    const both = { ...pushing, pullUser: "hosts", pullToken: "b" };
    assert.deepEqual(await accounts(both), { ...given, push: ci, pull: hosts });
    const none = { registry: "acme", host: undefined, push: undefined, pull: undefined };
    assert.deepEqual(await accounts({ registry: "acme" }), none);
  });

  it("are a folder of the project's own in the lab, with the lab's user for both", async () => {
    const account = { user: "someone", token: "theirs" };
    assert.deepEqual(await accounts({ registry: "lab", registryUser: "ci" }), {
      ...{ registry: "127.0.0.1:5000/slipway", host: "127.0.0.1:5000" },
      ...{ push: account, pull: account },
    });
  });

  it("are warned of where the hosts would get the token that may push", async () => {
    const warnings = async (texts: Record<string, string>) => read(await readerOf(texts, [lab])).warnings;
    const warning =
      "Pulumi.dev.yaml/pullUser: the hosts pull with the token of ci, which may push: whoever has a host can change " +
      "images. Set pullUser, and for a token that can only read: pulumi config set --secret pullToken";
    assert.deepEqual(await warnings(pushing), [warning]);
    assert.deepEqual(await warnings({ ...pushing, pullUser: "hosts", pullToken: "a" }), [warning]);
    assert.deepEqual(await warnings({ ...pushing, pullUser: "hosts", pullToken: "b" }), []);
    assert.deepEqual(await warnings({ registry: "ghcr.io/acme", pullUser: "hosts", pullToken: "b" }), []);
    assert.deepEqual(await warnings({ registry: "ghcr.io/acme" }), []);
    assert.deepEqual(await warnings({ registry: "lab" }), []);
  });

  it("fail on a user without a token", async () => {
    const reader = await readerOf({ registry: "ghcr.io/acme", registryUser: "ci" });
    assert.equal(read(reader).push, undefined);
    assert.deepEqual(problemsOf(reader), [
      'registryToken: not set, but registryUser is "ci". Run: pulumi config set --secret registryToken',
    ]);
  });
});
