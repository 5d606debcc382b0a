import assert from "node:assert/strict";
import {
  backupFolder,
  backupMeant,
  backupName,
  backupsAmong,
  parseManifest,
  findMismatch,
} from "../../../../model/data/backup.ts";

const manifest = {
  project: "fleet",
  stack: "prod",
  service: "store",
  volumes: ["data"],
  image: "registry/store@sha256:0",
  time: "2026-01-31T12:00:00.123Z",
  tarBytes: 2048,
  fileBytes: 1024,
  sha256: "a".repeat(64),
};
const store = { project: "fleet", stack: "prod", service: "store" };

describe("a backup", () => {
  it("is named by its time, and there when its manifest is", () => {
    const [later, sooner] = [backupName(new Date("2026-01-31T12:00:00.9Z")), "2026-01-30T12-00-00Z"];
    assert.equal(later, "2026-01-31T12-00-00Z");
    const torn = ["2026-02-01T00-00-00Z.tar.gz", `${later}.tar.gz.part`];
    const files = [`${later}.json`, `${later}.tar.gz`, `${sooner}.json`, `${sooner}.tar.gz`, ...torn];
    assert.deepEqual(backupsAmong(files), [sooner, later]);
  });

  it("is of the service's own stack, or of the one that is named before it", () => {
    const meant = (wanted?: string) => {
      const { source, name } = backupMeant({ ...store, stack: "dev" }, wanted);
      return [backupFolder(source), name];
    };
    assert.deepEqual(meant(), ["fleet/dev/store", undefined]);
    assert.deepEqual(meant("2026-01-30T12-00-00Z"), ["fleet/dev/store", "2026-01-30T12-00-00Z"]);
    assert.deepEqual(meant("prod/2026-01-30T12-00-00Z"), ["fleet/prod/store", "2026-01-30T12-00-00Z"]);
    assert.deepEqual(meant("prod/"), ["fleet/prod/store", undefined]);
  });

  it("fits its own service, of any stack, that has its volumes", () => {
    assert.equal(findMismatch(manifest, { ...store, stack: "dev" }, ["data", "more"]), undefined);
    assert.equal(
      findMismatch(manifest, { ...store, service: "web" }, ["data"]),
      "is of fleet/store; expected fleet/web",
    );
    assert.equal(
      findMismatch(manifest, { ...store, project: "x" }, ["data"]),
      "is of fleet/store; expected x/store",
    );
    assert.equal(findMismatch(manifest, store, ["more"]), "has the volume data; expected more");
  });

  it("has a manifest that is checked", () => {
    assert.deepEqual(parseManifest(JSON.stringify(manifest), "at"), manifest);
    assert.throws(
      () => parseManifest("{", "at/x.json"),
      /^UserError: at\/x\.json: not a backup's manifest: /,
    );
    const other = JSON.stringify({ ...manifest, sha256: "a" });
    assert.throws(() => parseManifest(other, "at/x.json"), /not a backup's manifest: sha256 is not valid$/);
  });
});
