import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";

import { startPlugin, type Plugin, type Resource } from "./plugin.ts";
import { pluginProgram } from "./program.ts";
import type { Props } from "./values.ts";

export const COMMAND = "command:local:Command";

/** A running command plugin, and the project folder that commands run in. */
export interface CommandPlugin {
  plugin: Plugin;
  folder: string;
  /** What `check` makes of the inputs; fails when it finds something wrong. */
  checked(type: string, inputs: Props): Promise<Props>;
  /** Checks, then creates. */
  create(type: string, inputs: Props, options?: { preview?: boolean }): Promise<Resource>;
  /** Checks, then updates. */
  update(resource: Resource, inputs: Props, options?: { preview?: boolean }): Promise<Resource>;
  write(file: string, text: string): void;
  /** The lines of a file in the folder; none when it is not there. */
  lines(file: string): string[];
  /** Ends the plugin and removes the folder. */
  close(): Promise<void>;
}

/** Starts the plugin, built if need be, in a fresh folder. */
export async function startCommand(): Promise<CommandPlugin> {
  const program = await pluginProgram("pulumi-resource-command");
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-command-"));
  const plugin = await startPlugin(program, { cwd: folder });
  await plugin.configure({});
  const checked = async (type: string, news: Props) => {
    const { inputs, failures } = await plugin.check(type, news);
    assert.deepEqual(failures, []);
    return inputs;
  };
  return {
    plugin,
    folder,
    checked,
    create: async (type, inputs, options) => plugin.create(type, await checked(type, inputs), options),
    update: async (resource, inputs, options) =>
      plugin.update(resource, await checked(resource.type, inputs), options),
    write(file, text) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    },
    lines(file) {
      const at = path.join(folder, file);
      return existsSync(at) ? readFileSync(at, "utf8").trimEnd().split("\n") : [];
    },
    async close() {
      await plugin.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What the command of that resource has last printed on stdout. */
export function printed({ state }: Resource): string {
  assert.equal(typeof state.stdout, "string");
  return state.stdout as string;
}

/** The message a call failed with; fails when it did not. */
export async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return (error as { details: string }).details;
  }
  return assert.fail("expected an error");
}

/** Waits until it is so, at most 10 seconds. */
export async function until(so: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!so()) {
    assert.ok(Date.now() < end, `not within 10 s: ${String(so)}`);
    await setTimeout(20);
  }
}
