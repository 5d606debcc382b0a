import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isInstalled } from "../../../runtime/packages.mjs";

describe("the npm packages", () => {
  const folder = mkdtempSync(join(tmpdir(), "packages-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const entry = (integrity: string, kind?: string) => ({ integrity, ...(kind && { [kind]: true }) });
  const wanted = {
    "": { name: "slipway" },
    "node_modules/a": entry("1"),
    "node_modules/b": entry("1", "dev"),
    "node_modules/c": entry("1", "optional"),
  };
  const installed = (found: object | undefined, dev = true) => {
    rmSync(join(folder, "node_modules"), { recursive: true, force: true });
    mkdirSync(join(folder, "node_modules"));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: wanted }));
    if (found)
      writeFileSync(join(folder, "node_modules/.package-lock.json"), JSON.stringify({ packages: found }));
    return isInstalled(folder, dev);
  };

  it("are there however npm was told to install them, and are not installed once more", () => {
    const all = Object.entries(wanted).filter(([path]) => path !== "");
    assert.ok(installed(Object.fromEntries(all)));
    assert.ok(installed({ "node_modules/a": entry("1"), "node_modules/b": entry("1", "dev") }));
    assert.ok(installed({ "node_modules/a": entry("1") }, false));
  });

  it("are installed where none is there, one is missing, or is another one", () => {
    assert.ok(!installed(undefined));
    assert.ok(!installed({ "node_modules/a": entry("1") }));
    assert.ok(!installed({}, false));
    assert.ok(!installed({ "node_modules/a": entry("2") }, false));
  });
});
