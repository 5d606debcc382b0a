import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Platform, Tool } from "../../../toolchain/tool.ts";
import { keyOf } from "../../../toolchain/install.ts";

describe("keyOf", () => {
  const linux: Platform = { os: "linux", arch: "amd64" };
  const tool: Tool = {
    version: "1.0.0",
    release: { url: ({ arch }) => `https://example.com/tool-${arch}`, checksums: { "linux-amd64": "11" } },
    builds: [{ module: "tool", packages: { tool: "." } }],
    minutes: 1,
  };
  let modules: string;
  let key: string;

  beforeEach(async () => {
    modules = mkdtempSync(join(tmpdir(), "slipway-key-"));
    mkdirSync(join(modules, "tool", "internal"), { recursive: true });
    writeFileSync(join(modules, "tool", "go.sum"), "sum");
    writeFileSync(join(modules, "tool", "internal", "code.go"), "code");
    key = await keyOf(tool, modules, linux);
  });
  afterEach(() => {
    rmSync(modules, { recursive: true });
  });

  it("stays the same elsewhere and later", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "slipway-key-"));
    cpSync(modules, elsewhere, { recursive: true });
    utimesSync(join(elsewhere, "tool", "go.sum"), 0, 0);
    assert.equal(await keyOf(tool, elsewhere, linux), key);
    rmSync(elsewhere, { recursive: true });
  });

  it("does not depend on how long a build is said to take", async () => {
    assert.equal(await keyOf({ ...tool, minutes: 9 }, modules, linux), key);
  });

  const changes: Record<string, () => void> = {
    "a file's content": () => {
      writeFileSync(join(modules, "tool", "internal", "code.go"), "core");
    },
    "a new file": () => {
      writeFileSync(join(modules, "tool", "new.go"), "");
    },
    "a file's name": () => {
      rmSync(join(modules, "tool", "go.sum"));
      writeFileSync(join(modules, "tool", "go.mod"), "sum");
    },
    "where one file ends and the next begins": () => {
      writeFileSync(join(modules, "tool", "go.sum"), "sum\0tool/internal/code.go\0code");
      rmSync(join(modules, "tool", "internal"), { recursive: true });
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`changes with ${what}`, async () => {
      change();
      assert.notEqual(await keyOf(tool, modules, linux), key);
    });
  }

  const [build] = tool.builds;
  assert.ok(build);
  const others: Record<string, Tool> = {
    version: { ...tool, version: "1.0.1" },
    "download's address": { ...tool, release: { url: () => "https://example.com/other", checksums: {} } },
    "download's checksum": {
      ...tool,
      release: { url: ({ arch }) => `https://example.com/tool-${arch}`, checksums: { "linux-amd64": "00" } },
    },
    "build's package": { ...tool, builds: [{ ...build, packages: { tool: "./cmd" } }] },
    "build's flags": { ...tool, builds: [{ ...build, ldflags: "-X main.version=1" }] },
  };
  for (const [what, other] of Object.entries(others)) {
    it(`changes with the ${what}`, async () => {
      assert.notEqual(await keyOf(other, modules, linux), key);
    });
  }

  it("changes with the platform, for a tool without release too", async () => {
    const { version, builds, minutes } = tool;
    const keys = (["amd64", "arm64"] as const).map((arch) =>
      keyOf({ version, builds, minutes }, modules, { os: "linux", arch }),
    );
    assert.notEqual(await keys[0], await keys[1]);
  });
});
