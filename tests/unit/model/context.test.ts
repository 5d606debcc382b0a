import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { type BuildInputs, contentHash, sourceFiles } from "../../../model/context.ts";

const INPUTS: BuildInputs = { dockerfile: "Dockerfile", args: {}, platforms: ["linux/amd64"] };

describe("the content hash", () => {
  const folders: string[] = [];
  /** A folder with these files; the values are contents. */
  const folderOf = (files: Record<string, string>) => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-context-"));
    folders.push(folder);
    for (const [path, content] of Object.entries({ Dockerfile: "FROM scratch\n", ...files })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  };
  const hashOf = (folder: string, inputs = INPUTS) =>
    contentHash(folder, sourceFiles(folder, inputs.dockerfile), inputs);
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  it("is the same at another path, umask and clock", () => {
    const folder = folderOf({ "a/b.txt": "b", "run.sh": "#!/bin/sh" });
    chmodSync(join(folder, "run.sh"), 0o755);
    const other = folderOf({});
    cpSync(folder, other, { recursive: true });
    chmodSync(join(other, "a/b.txt"), 0o664);
    chmodSync(join(other, "run.sh"), 0o775);
    chmodSync(join(other, "a"), 0o700);
    utimesSync(join(other, "a/b.txt"), 1, 1);
    assert.equal(hashOf(other), hashOf(folder));
  });

  it("changes with a content, a name, an execute bit, a link's target, an argument, a platform, a target, a base", () => {
    const make = () => folderOf({ a: "1" });
    const changes: ((folder: string) => unknown)[] = [
      (folder) => {
        writeFileSync(join(folder, "a"), "2");
      },
      (folder) => {
        writeFileSync(join(folder, "b"), "1");
      },
      (folder) => {
        chmodSync(join(folder, "a"), 0o744);
      },
      (folder) => {
        symlinkSync("a", join(folder, "link"));
      },
      (folder) => {
        symlinkSync("b", join(folder, "link"));
      },
      (folder) => {
        writeFileSync(join(folder, "Dockerfile"), "FROM other\n");
      },
    ];
    const hashes = changes.map((change) => {
      const folder = make();
      change(folder);
      return hashOf(folder);
    });
    const inputs: BuildInputs[] = [
      { ...INPUTS, args: { A: "1" } },
      { ...INPUTS, platforms: ["linux/arm64"] },
      { ...INPUTS, target: "build" },
      { ...INPUTS, base: "0123456789abcdef" },
    ];
    hashes.push(hashOf(make()), ...inputs.map((changed) => hashOf(make(), changed)));
    assert.equal(new Set(hashes).size, 11);
  });

  it("does not depend on the order of build arguments", () => {
    const folder = folderOf({});
    const one = hashOf(folder, { ...INPUTS, args: { A: "1", B: "2" } });
    assert.equal(hashOf(folder, { ...INPUTS, args: { B: "2", A: "1" } }), one);
  });

  it("never confuses two trees, whatever is in their names and contents", () => {
    const tree = fc.dictionary(fc.stringMatching(/^[a-z:\n]{1,6}$/), fc.string({ maxLength: 8 }), {
      maxKeys: 3,
    });
    fc.assert(
      fc.property(tree, tree, (left, right) => {
        const same =
          JSON.stringify(Object.entries(left).sort()) === JSON.stringify(Object.entries(right).sort());
        assert.equal(hashOf(folderOf(left)) === hashOf(folderOf(right)), same);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the files a build sees", () => {
  let folder: string;
  const write = (files: Record<string, string>) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-files-"));
    write({ Dockerfile: "", "a.txt": "", "logs/today.log": "", "logs/keep.log": "", "src/a.txt": "" });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const seen = (dockerfile = "Dockerfile") => sourceFiles(folder, dockerfile).map(({ path }) => path);

  it("are all of them without an ignore file, sorted", () => {
    assert.deepEqual(seen(), ["Dockerfile", "a.txt", "logs/keep.log", "logs/today.log", "src/a.txt"]);
  });

  it("leave out what .dockerignore says, with negation and **, but neither the Dockerfile nor itself", () => {
    write({ ".dockerignore": "*\n!logs/keep.log\n!src/**\n" });
    assert.deepEqual(seen(), [".dockerignore", "Dockerfile", "logs/keep.log", "src/a.txt"]);
    write({ ".dockerignore": "**/a.txt\n" });
    assert.deepEqual(seen(), [".dockerignore", "Dockerfile", "logs/keep.log", "logs/today.log"]);
  });

  it("follow the Dockerfile's own ignore file in place of the context's", () => {
    write({ ".dockerignore": "src\n", "Other.dockerignore": "logs\n", Other: "" });
    assert.deepEqual(seen("Other"), [
      ".dockerignore",
      "Dockerfile",
      "Other",
      "Other.dockerignore",
      "a.txt",
      "src/a.txt",
    ]);
  });
});
