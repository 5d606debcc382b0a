import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { keys } from "../../../settings/load.ts";

interface Declared {
  type: "string" | "integer" | "boolean";
  description?: string;
  default?: string | number | boolean;
}

describe("the settings' keys", () => {
  const project = new URL("../../../Pulumi.yaml", import.meta.url);
  const { config } = parse(readFileSync(project, "utf8")) as { config: Record<string, Declared> };

  it("are those of Pulumi.yaml and the secrets that it cannot declare, with the same defaults", () => {
    const plain = Object.entries(keys).filter(([, { secret }]) => !secret);
    assert.deepEqual(
      Object.fromEntries(plain.map(([key, { default: value }]) => [key, value])),
      Object.fromEntries(
        Object.entries(config).map(([key, { default: value }]) => [
          key,
          value === undefined ? value : String(value),
        ]),
      ),
    );
    const secrets = Object.entries(keys).filter(([, { secret }]) => secret);
    assert.deepEqual(
      secrets.map(([key]) => key),
      ["registryToken", "pullToken", "promoteFromToken", "certificateKey"],
    );
  });

  it("are each described in Pulumi.yaml, and stand in the example Pulumi.prod.yaml", () => {
    const example = readFileSync(new URL("../../../Pulumi.prod.yaml", import.meta.url), "utf8");
    assert.deepEqual(
      Object.keys(config).filter((key) => !config[key]?.description),
      [],
    );
    assert.deepEqual(
      Object.entries(keys).flatMap(([key, { secret }]) =>
        example.includes(secret ? ` --secret ${key} ` : `slipway:${key}: `) ? [] : key,
      ),
      [],
    );
  });
});
