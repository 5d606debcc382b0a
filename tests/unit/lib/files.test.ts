import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePrivate } from "../../../lib/files.ts";
import { project } from "../../../runtime/packages.mjs";

describe("a private file", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-files-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is its owner's alone, whatever the umask, and whatever it was before", () => {
    const [fresh, old] = [join(folder, "fresh"), join(folder, "old")];
    writeFileSync(old, "a longer text");
    chmodSync(old, 0o644);
    const umask = process.umask(0);
    for (const file of [fresh, old]) writePrivate(file, "text");
    process.umask(umask);
    for (const file of [fresh, old]) {
      assert.equal(statSync(file).mode & 0o777, 0o600, file);
      assert.equal(readFileSync(file, "utf8"), "text");
    }
    const { mode } = statSync("/dev/null");
    writePrivate("/dev/null", "text");
    assert.equal(statSync("/dev/null").mode, mode);
  });

  it("that slipway report writes by default is ignored by git", () => {
    const ignored = execFileSync("git", ["check-ignore", "--no-index", "slipway-report.html"], {
      cwd: project,
    });
    assert.equal(ignored.toString().trim(), "slipway-report.html");
  });
});
