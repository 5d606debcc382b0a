import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../../lib/errors.ts";
import type { Tool } from "../../../toolchain/tool.ts";
import { installTool } from "../../../toolchain/install.ts";
import { addressOf, listening, serveFiles, sha256, type TestServer } from "./server.ts";

describe("installTool", function () {
  this.timeout("2m"); // Go builds here

  let folder: string;
  let server: TestServer | undefined;
  let reported: string[];
  const progress = (line: string) => reported.push(line);
  const { SLIPWAY_CACHE, PATH } = process.env;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-install-"));
    reported = [];
    process.env.SLIPWAY_CACHE = join(folder, "cache");
  });
  afterEach(async () => {
    process.env.PATH = PATH;
    if (SLIPWAY_CACHE === undefined) delete process.env.SLIPWAY_CACHE;
    else process.env.SLIPWAY_CACHE = SLIPWAY_CACHE;
    await server?.close();
    server = undefined;
    rmSync(folder, { recursive: true });
  });

  const platform = `${process.platform}-${process.arch.replace("x64", "amd64")}`;
  const builds = [
    {
      module: "../tests/unit/toolchain/hello",
      packages: { hello: "." },
      ldflags: "-X main.version=v1.0.0",
      tags: ["plugin"],
      generate: ["hello from the first half"],
    },
  ];
  const built: Tool = { version: "1.0.0", builds, minutes: 1 };

  /** The same with an archive to download, which holds `content` as `bin/<name>`. */
  async function released(name: string, content: string): Promise<Tool> {
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin", name), content, { mode: 0o755 });
    execFileSync("tar", ["-czf", "hello.tar.gz", "bin"], { cwd: folder });
    const archive = readFileSync(join(folder, "hello.tar.gz"));
    const { url } = (server = await serveFiles({ "/hello.tar.gz": archive }));
    const checksums = { [platform]: sha256(archive) };
    return { ...built, release: { url: () => `${url}/hello.tar.gz`, checksums, strip: 1 } };
  }

  const output = (program: string) => execFileSync(program, { encoding: "utf8" }).trim();

  it("unpacks the official release, once", async () => {
    const tool = await released("hello", "#!/bin/sh\necho hello from the release\n");
    const program = await installTool("hello", tool, progress);
    assert.equal(output(program), "hello from the release");
    assert.deepEqual(
      reported.map((line) => line.replace(/\d+ s/, "N s")),
      ["hello 1.0.0: downloaded in N s"],
    );
    assert.equal(await installTool("hello", tool, progress), program);
    assert.deepEqual(server?.asked, ["/hello.tar.gz"]);
  });

  it("makes a download that is no archive executable", async () => {
    const content = "#!/bin/sh\necho plain\n";
    const { url } = (server = await serveFiles({ "/hello": content }));
    const checksums = { [platform]: sha256(content) };
    const tool = { ...built, release: { url: () => `${url}/hello`, checksums } };
    assert.equal(output(await installTool("hello", tool, progress)), "plain");
  });

  it("fails on an archive without the program, and keeps nothing", async () => {
    const tool = await released("other", "");
    await assert.rejects(installTool("hello", tool, progress), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.message, `${server?.url}/hello.tar.gz: no hello in the archive, got other`);
      return true;
    });
    assert.deepEqual(readdirSync(join(folder, "cache", "tools")), []);
  });

  it("fails on a wrong checksum instead of building", async () => {
    const tool = await released("hello", "");
    assert.ok(tool.release);
    tool.release.checksums = { [platform]: sha256("another") };
    await assert.rejects(installTool("hello", tool, progress), /not the file that was released/);
    assert.deepEqual(reported, []);
  });

  it("builds, in two steps, where the release cannot be reached", async () => {
    const closed = createServer();
    await listening(closed);
    const url = addressOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    const checksums = { [platform]: sha256("") };
    const release = { url: () => `${url}/hello.tar.gz`, checksums, strip: 1 };
    const program = await installTool("hello", { ...built, release }, progress);
    assert.equal(output(program), "hello from the first half v1.0.0");
    assert.deepEqual(
      reported.map((line) => line.replace(/in \d+ s/, "in N s")),
      [
        `${url}/hello.tar.gz: not to be had from ${new URL(url).host}: connect ECONNREFUSED ${new URL(url).host}`,
        "hello 1.0.0: building from Go modules (about 1 min on 2 cores)…",
        "hello 1.0.0: built from Go modules in N s",
      ],
    );
    assert.equal(existsSync(new URL("hello/greeting.txt", import.meta.url)), false);
    assert.deepEqual(readdirSync(join(program, "..")), ["hello"]);
  });

  it("builds where no checksum of the platform's release is known, and asks nobody for one", async () => {
    const tool = await released("hello", "");
    assert.ok(tool.release);
    tool.release.checksums = { "plan9-amd64": sha256("") };
    assert.equal(output(await installTool("hello", tool, progress)), "hello from the first half v1.0.0");
    assert.deepEqual(server?.asked, []);
  });

  it("builds the same bytes in another folder", async () => {
    const first = readFileSync(await installTool("hello", built, progress));
    process.env.SLIPWAY_CACHE = join(folder, "another", "cache");
    assert.ok(first.equals(readFileSync(await installTool("hello", built, progress))));
  });

  it("fails without Go, and says what is needed", async () => {
    process.env.PATH = folder;
    await assert.rejects(installTool("hello", built, progress), {
      name: "UserError",
      message:
        "toolchain: no official release can be had here and Go cannot build one, got none; expected Go 1.26 or " +
        "newer on PATH: install it (https://go.dev/dl), or let this machine reach the releases",
    });
    assert.deepEqual(readdirSync(join(folder, "cache", "tools")), []);
  });

  it("fails with a Go that is too old", async () => {
    writeFileSync(join(folder, "go"), "#!/bin/sh\necho go1.25.9\n");
    chmodSync(join(folder, "go"), 0o755);
    process.env.PATH = `${folder}:${PATH ?? ""}`;
    await assert.rejects(installTool("hello", built, progress), /got go1\.25\.9; expected Go 1\.26 or newer/);
  });

  it("fails without a compiler for what has C in it, and says what is needed", async () => {
    symlinkSync(execFileSync("which", ["go"], { encoding: "utf8" }).trim(), join(folder, "go"));
    process.env.PATH = folder;
    const tool = { ...built, builds: builds.map((build) => ({ ...build, libraries: ["libhello"] })) };
    await assert.rejects(installTool("hello", tool, progress), {
      name: "UserError",
      message:
        "toolchain/../tests/unit/toolchain/hello: there is C in it, got no gcc, no pkg-config; expected gcc, " +
        "pkg-config and libhello: on Debian, apt-get install gcc libc6-dev pkg-config libhello-dev",
    });
    process.env.PATH = PATH;
    await assert.rejects(
      installTool("hello", tool, progress),
      /there is C in it, got no libhello; expected gcc/,
    );
  });

  it("fails with what Go says when a build fails", async () => {
    const tool = { ...built, builds: builds.map((build) => ({ ...build, packages: { hello: "./none" } })) };
    await assert.rejects(installTool("hello", tool, progress), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.match(
        error.message,
        /^toolchain\/\.\..*\/hello: go build failed:\n.*none: directory not found$/,
      );
      return true;
    });
  });
});
