import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { type Plugin, type Resource, startPlugin } from "./plugin.ts";
import { pluginProgram } from "./program.ts";
import type { Props, Value } from "./values.ts";

/** The type that most tests are about. */
export const IMAGE = "docker-build:index:Image";

/** A running docker-build plugin and its project folder, which it takes relative paths from. */
export class DockerBuild {
  readonly plugin: Plugin;
  readonly folder: string;

  private constructor(plugin: Plugin, folder: string) {
    this.plugin = plugin;
    this.folder = folder;
  }

  /** `env` is added to this process's environment; `config` is the provider's. */
  static async start(env: Record<string, string> = {}, config: Props = {}): Promise<DockerBuild> {
    const program = await pluginProgram("pulumi-resource-docker-build");
    const folder = mkdtempSync(path.join(tmpdir(), "slipway-docker-build-"));
    const plugin = await startPlugin(program, { cwd: folder, env });
    await plugin.configure(config);
    return new DockerBuild(plugin, folder);
  }

  /** Ends the plugin and removes the folder. */
  async close(): Promise<void> {
    await this.plugin.close();
    rmSync(this.folder, { recursive: true });
  }

  /** A fresh context with a Dockerfile and these files beside it; its name is what `context.location` takes. */
  context(files: Record<string, string> = {}): string {
    const name = path.basename(mkdtempSync(path.join(this.folder, "context-")));
    this.write(name, { Dockerfile: "FROM scratch\n", ...files });
    return name;
  }

  /** Writes files into a context, with mode 644 whatever the umask. */
  write(context: string, files: Record<string, string>): void {
    for (const [file, text] of Object.entries(files)) {
      const at = path.join(this.folder, context, file);
      mkdirSync(path.dirname(at), { recursive: true });
      writeFileSync(at, text);
      chmodSync(at, 0o644);
    }
  }

  /** The inputs of an image with the plugin's defaults; fails when the plugin finds something wrong. */
  async checked(inputs: Props): Promise<Record<string, Value>> {
    const { inputs: filled, failures } = await this.plugin.check(IMAGE, { push: false, ...inputs });
    assert.deepEqual(failures, []);
    return filled;
  }

  /** An image as an earlier update would have left it in the state; its `buildOnPreview` is false. */
  async built(inputs: Props): Promise<Resource> {
    const filled = await this.checked({ buildOnPreview: false, ...inputs });
    const image = { type: IMAGE, id: "sha256:old", inputs: filled };
    const outputs = { digest: "sha256:old", ref: "old@sha256:old" };
    const before = { ...image, state: { ...filled, ...outputs, contextHash: "" } };
    const { state } = await this.plugin.update(before, filled, { preview: true });
    return { ...image, state: { ...state, ...outputs } };
  }
}

/** A value that must be a text. */
export function text(value: Value | undefined): string {
  return typeof value === "string" ? value : assert.fail(`expected a text, got ${JSON.stringify(value)}`);
}

/** What the last run of a recording buildx was given. */
export interface Recorded {
  pid: number;
  arguments: string[];
  /** The environment, by name. */
  environment: Record<string, string>;
  /** The Docker configuration's config.json; empty without one. */
  config: { currentContext?: string; auths?: Record<string, Value> };
  /** The files of the Docker configuration. */
  files: string[];
}

/**
 * Puts a docker-buildx into `bin` that writes down what it is given; then it becomes the real one or, without one,
 * succeeds with an empty result. The answer reads what was written.
 */
export function recordingBuildx(bin: string, real?: string): () => Recorded {
  const parts = {
    arguments: `printf '%s\\0' "$$" "$@"`,
    environment: "env -0",
    config: `cat "$DOCKER_CONFIG/config.json" 2>/dev/null`,
    files: `ls "$DOCKER_CONFIG" 2>/dev/null`,
  };
  const file = (name: string) => path.join(bin, `last-${name}`);
  const lines = Object.entries(parts).map(([name, command]) => `${command} > '${file(name)}'`);
  const metadata = `for arg; do case "$arg" in --metadata-file=*) echo {} > "\${arg#*=}";; esac; done`;
  lines.push(real === undefined ? metadata : `exec '${real}' "$@"`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(path.join(bin, "docker-buildx"), `#!/bin/sh\n${lines.join("\n")}\n`, { mode: 0o755 });

  return () => {
    const read = (name: keyof typeof parts) => readFileSync(file(name), "utf8");
    const [pid = "", ...given] = read("arguments").split("\0").slice(0, -1);
    const variables = read("environment").split("\0").slice(0, -1);
    return {
      pid: Number(pid),
      arguments: given,
      environment: Object.fromEntries(variables.map((line) => line.split(/=(.*)/s).slice(0, 2))) as Record<
        string,
        string
      >,
      config: JSON.parse(read("config") || "{}") as Recorded["config"],
      files: read("files").trim().split("\n"),
    };
  };
}
