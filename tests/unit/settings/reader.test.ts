import assert from "node:assert/strict";
import type { Environment } from "../../../settings/environment.ts";
import { problemsOf, readerOf } from "./readers.ts";

describe("a reader of settings", () => {
  const values: Partial<Record<string, string>> = {
    hosts: "main unix:///run/docker.sock",
    builder: "theirs",
  };
  const lab: Environment = { name: "lab", missing: "there is no lab", value: (key) => values[key] };

  it("gives a setting's value, its default where it is empty, or nothing", async () => {
    const reader = await readerOf({ domain: "example.com", sizeBudget: "" });
    const texts = ["domain", "sizeBudget", "platforms", "registry"].map((key) => reader.text(key));
    assert.deepEqual(texts, ["example.com", "1 GB", "linux/amd64,linux/arm64", ""]);
    assert.deepEqual(reader.problems, []);
  });

  it("reads the project's settings, not another package's of the same name", async () => {
    const others = { "docker:registry": "elsewhere", "aws:registry": "elsewhere", "zz:domain": "elsewhere" };
    const reader = await readerOf({ ...others, registry: "ghcr.io/acme", ...others });
    assert.deepEqual([reader.text("registry"), reader.text("domain")], ["ghcr.io/acme", ""]);
    assert.deepEqual(reader.problems, []);
  });

  it("gives each word of a list once, and sorted", async () => {
    const reader = await readerOf({ caches: "registry, gha,,registry" });
    assert.deepEqual(reader.words("caches"), ["gha", "registry"]);
  });

  it("takes a value from the environment that it names, whole or at the end of a line", async () => {
    const builder = "linux/amd64 lab\nlinux/arm64 my-lab";
    const reader = await readerOf({ hosts: "lab", builder, domain: "example.lab" }, [lab]);
    assert.equal(reader.resolve("hosts"), values.hosts);
    assert.equal(reader.resolve("builder"), "linux/amd64 theirs\nlinux/arm64 my-lab");
    const named = ["hosts", "builder", "domain"].map((key) => reader.environment(key)?.name);
    assert.deepEqual(named, ["lab", "lab", undefined]);
    assert.deepEqual(reader.problems, []);
  });

  it("fails where the environment has no value", async () => {
    const reader = await readerOf({ registry: "lab" }, [lab]);
    assert.equal(reader.required("registry", /^never/, "one"), "");
    assert.deepEqual(reader.problems, ['Pulumi.dev.yaml/registry: is "lab", but there is no lab']);
  });

  it("fails on a value that is missing, of another form, or no choice, and on an unknown key", async () => {
    const reader = await readerOf({ subnet: "10.0.0.0/8", images: "take", edgePort: "0", colour: "red" });
    reader.required("registry", /./, "as in ghcr.io/acme");
    reader.optional("subnet", /\/16$/, "a /16");
    assert.equal(reader.choice("images", ["build", "promote"]), "build");
    reader.port("edgePort");
    const [unknown, ...others] = problemsOf(reader);
    assert.match(unknown ?? "", /^colour: unknown key; expected one of registry, /);
    assert.deepEqual(others, [
      "registry: not set; expected as in ghcr.io/acme",
      'subnet: not valid, got "10.0.0.0/8"; expected a /16',
      'images: not valid, got "take"; expected build or promote',
      'edgePort: not a port, got "0"; expected 1 to 65535',
    ]);
  });
});
