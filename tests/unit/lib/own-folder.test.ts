import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileDigest, makeFolder, replaceFile } from "../../../lib/files.ts";
import { inProject, isOwnFile, kept, paths } from "../../../lib/paths.ts";
import { temporaryFolder } from "../../../lib/temporary.ts";

const mode = (path: string) => statSync(path).mode & 0o777;

describe("a folder of Slipway's own", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-files-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is closed to others from the top, also where it was open before", () => {
    mkdirSync(join(folder, ".slipway/metrics"), { recursive: true });
    chmodSync(join(folder, ".slipway"), 0o755);
    makeFolder(join(folder, ".slipway/context/web"));
    assert.equal(mode(join(folder, ".slipway")), 0o700);
    assert.equal(mode(join(folder, ".slipway/context/web")), 0o700);
  });

  it("leaves what is above it, and folders elsewhere, as they are", async () => {
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, "other.slipway"), { mode: 0o755 });
    makeFolder(join(folder, "other.slipway/a"));
    await replaceFile(join(folder, ".slipway/a/secret"), "x");
    assert.deepEqual([mode(folder), mode(join(folder, "other.slipway"))], [0o755, 0o755]);
    assert.equal(mode(join(folder, ".slipway/a/secret")), 0o600);
  });

  it("is known in any folder, and what is written beside it in the project's", () => {
    const own = [
      "a/.slipway",
      ".pulumi",
      "Pulumi.dev.yaml",
      "Pulumi.dev.pins.json",
      "volume-backups",
      "slipway-report.html",
    ];
    for (const name of own) assert.equal(isOwnFile(`${paths.project}/${name}`), true, name);
    const others = [
      "Pulumi.yaml",
      "services/Pulumi.dev.yaml",
      "a/volume-backups",
      "slipway.lock.json",
      "services.ts",
    ];
    for (const name of others) assert.equal(isOwnFile(`${paths.project}/${name}`), false, name);
  });
});

describe("a digest of a file", () => {
  it("is of all of it, also beyond 2 GiB, which Node reads in no one piece", function () {
    this.timeout("2 minutes");
    const folder = mkdtempSync(join(tmpdir(), "slipway-big-"));
    try {
      const file = join(folder, "big");
      execFileSync("truncate", ["--size=2G", file]);
      execFileSync("sh", ["-c", 'printf x >>"$1"', "sh", file]);
      // As `(head -c 2147483648 /dev/zero; printf x) | sha256sum` prints it.
      assert.equal(fileDigest(file), "4ec7c05249cde176c7277af25f400dc66e87fabf7158179a191562d4338c42d3");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is SHA-256", () => {
    assert.equal(fileDigest("/dev/null"), createHash("sha256").digest("hex"));
  });
});

describe("a temporary folder", () => {
  const leaveOne = (how: string) =>
    `const { temporaryFolder } = await import(${JSON.stringify(inProject("lib/temporary.ts"))});
     console.log(temporaryFolder().folder); ${how}; setInterval(() => undefined, 1000);`;
  /** A process that makes one and then does that; gives the folder and how it ended. */
  const end = (how: string) => {
    const flags = ["--import", inProject("runtime/typescript.mjs"), "--input-type=module", "--eval"];
    try {
      execFileSync("node", [...flags, leaveOne(how)], { encoding: "utf8", stdio: "pipe" });
      return assert.fail("it goes on");
    } catch (error) {
      const { stdout, signal } = error as { stdout: string; signal: string };
      return { folder: stdout.trim(), signal };
    }
  };

  it("is only for its owner, and goes when it is done with", () => {
    const { folder, remove } = temporaryFolder();
    assert.equal(mode(folder), 0o700);
    writeFileSync(join(folder, "token"), "");
    remove();
    assert.equal(existsSync(folder), false);
    assert.equal(
      process.listeners("SIGINT").some((each) => each.name === "onSignal"),
      false,
    );
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    it(`goes with ${signal}, which ends the process all the same`, () => {
      const ended = end(`process.kill(process.pid, "${signal}")`);
      assert.equal(ended.signal, signal);
      assert.equal(existsSync(ended.folder), false);
    });

  it("of a killed process goes when the next is made", () => {
    const { folder, signal } = end('process.kill(process.pid, "SIGKILL")');
    assert.equal(signal, "SIGKILL");
    assert.equal(existsSync(folder), true);
    temporaryFolder().remove();
    assert.equal(existsSync(folder), false);
    assert.deepEqual(
      readdirSync(inProject(kept.temporary())).filter((entry) => folder.endsWith(entry)),
      [],
    );
  });
});
