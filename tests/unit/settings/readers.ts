import * as pulumi from "@pulumi/pulumi";
import { keys } from "../../../settings/load.ts";
import type { Environment } from "../../../settings/environment.ts";
import { Reader } from "../../../settings/reader.ts";

const mocks: pulumi.runtime.Mocks = {
  newResource: () => ({ id: "", state: {} }),
  call: () => ({}),
};

/**
 * A reader of the stack "dev" with these settings.
 * @param texts by key, or with another namespace as in `edge:TOKEN`
 */
export async function readerOf(
  texts: Readonly<Record<string, string>>,
  environments: readonly Environment[] = [],
): Promise<Reader> {
  await pulumi.runtime.setMocks(mocks, "slipway", "dev");
  const entries = Object.entries(texts).map(([key, text]) => [
    key.includes(":") ? key : `slipway:${key}`,
    text,
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(entries) as Record<string, string>);
  return new Reader(keys, environments);
}

/** What is wrong, without the file's name before it. */
export function problemsOf({ problems }: Reader): string[] {
  return problems.map((problem) => problem.replace("Pulumi.dev.yaml/", ""));
}
