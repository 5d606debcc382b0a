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
import { UserError } from "../../../../lib/errors.ts";
import { paths } from "../../../../lib/paths.ts";
import {
  type BuildInputs,
  contentHash,
  readSourceFolder,
  strayLinks,
} from "../../../../model/image/context.ts";

const INPUTS: Omit<BuildInputs, "context"> = {
  dockerfile: "FROM scratch\n",
  contexts: {},
  bases: {},
  args: {},
  labels: {},
  platforms: ["linux/amd64"],
};

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
    contentHash({ ...inputs, context: readSourceFolder(folder) });
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
    assert.match(hashOf(folder), /^[0-9a-f]{32}$/);
    assert.equal(hashOf(other), hashOf(folder));
  });

  it("changes with each thing that a build can see", () => {
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
    ];
    const hashes = changes.map((change) => {
      const folder = make();
      change(folder);
      return hashOf(folder);
    });
    const inputs: (typeof INPUTS & { target?: string })[] = [
      { ...INPUTS, dockerfile: "FROM other\n" },
      { ...INPUTS, args: { A: "1" } },
      { ...INPUTS, labels: { A: "1" } },
      { ...INPUTS, platforms: ["linux/arm64"] },
      { ...INPUTS, target: "build" },
      { ...INPUTS, bases: { debian: "sha256:1" } },
      { ...INPUTS, bases: { debian: "sha256:2" } },
      { ...INPUTS, contexts: { one: readSourceFolder(make()) } },
      { ...INPUTS, contexts: { two: readSourceFolder(make()) } },
    ];
    hashes.push(hashOf(make()), ...inputs.map((changed) => hashOf(make(), changed)));
    assert.equal(new Set(hashes).size, 15);
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
  const seen = (dockerfile = "Dockerfile") =>
    readSourceFolder(folder, join(folder, dockerfile)).files.map(({ path }) => path);

  it("are all of them without an ignore file, sorted", () => {
    assert.deepEqual(seen(), ["Dockerfile", "a.txt", "logs/keep.log", "logs/today.log", "src/a.txt"]);
  });

  it("leave out what .dockerignore says, the Dockerfile and itself too", () => {
    write({ ".dockerignore": "*\n!logs/keep.log\n!src/**\n" });
    assert.deepEqual(seen(), ["logs/keep.log", "src/a.txt"]);
  });

  it("follow the Dockerfile's own ignore file in place of the context's", () => {
    write({
      ".dockerignore": "src\n",
      "other/Other.dockerignore": "logs\nother\n*file\n",
      "other/Other": "",
    });
    assert.deepEqual(seen("other/Other"), [".dockerignore", "a.txt", "src/a.txt"]);
  });

  it("are no folder that holds none", () => {
    mkdirSync(join(folder, "empty/deeper"), { recursive: true });
    const before = contentHash({ ...INPUTS, context: readSourceFolder(folder) });
    rmSync(join(folder, "empty"), { recursive: true });
    assert.equal(contentHash({ ...INPUTS, context: readSourceFolder(folder) }), before);
  });

  it("are never what Slipway and Pulumi write, whatever the ignore file brings back", () => {
    write({
      ".dockerignore": "!**\n",
      ".slipway/state/x": "",
      "sub/.slipway/x": "",
      ".pulumi/x": "",
      "src/Pulumi.dev.yaml": "",
    });
    assert.deepEqual(seen(), [
      ".dockerignore",
      "Dockerfile",
      "a.txt",
      "logs/keep.log",
      "logs/today.log",
      "src/Pulumi.dev.yaml",
      "src/a.txt",
    ]);
    const project = readSourceFolder(paths.project).files.map(({ path }) => path);
    assert.ok(project.includes("services.ts"));
    assert.deepEqual(
      project.filter((path) => /^(\.slipway\/|volume-backups|Pulumi\.dev)/.test(path)),
      [],
    );
  });

  describe("that somebody else may not read", () => {
    // Who runs the tests may be root, who can read everything.
    const asNobody = (work: () => void) => {
      const own = process.geteuid?.();
      if (own !== 0) {
        work();
        return;
      }
      process.seteuid?.(65534);
      try {
        work();
      } finally {
        process.seteuid?.(own);
      }
    };
    beforeEach(() => {
      chmodSync(folder, 0o755);
      write({ "data/pg/1": "", ".dockerignore": "data\n!src\n" });
      chmodSync(join(folder, "data/pg"), 0o700);
      chmodSync(join(folder, "data"), 0o700);
    });

    it("are passed over in a folder that is ignored, also where a line brings something back", () => {
      asNobody(() => {
        assert.deepEqual(seen(), [
          ".dockerignore",
          "Dockerfile",
          "a.txt",
          "logs/keep.log",
          "logs/today.log",
          "src/a.txt",
        ]);
      });
    });

    it("fail with their path and what to do where the build sees them", () => {
      write({ ".dockerignore": "!src\n" });
      asNobody(() => {
        assert.throws(seen, (error: Error) => {
          assert.ok(error instanceof UserError);
          assert.equal(
            error.message,
            `${folder}/data: cannot be read (EACCES). Let it be read, or leave it out by .dockerignore`,
          );
          return true;
        });
      });
    });

    it("fail as files, too", () => {
      write({ ".dockerignore": "data\n", "src/secret": "" });
      chmodSync(join(folder, "src/secret"), 0o600);
      asNobody(() => {
        const context = readSourceFolder(folder);
        assert.throws(() => contentHash({ ...INPUTS, context }), /src\/secret: cannot be read \(EACCES\)/);
      });
    });
  });

  it("are none of a folder that is not there", () => {
    assert.deepEqual(readSourceFolder(join(folder, "nowhere")).files, []);
  });

  it("may be links, which are stray when they lead to nothing of it", () => {
    write({ ".dockerignore": "logs/today.log\n" });
    const links = {
      good: "a.txt",
      "src/up": "../logs",
      chain: "src/up/keep.log",
      out: "..",
      gone: "nowhere",
      ignored: "logs/today.log",
      absolute: join(folder, "a.txt"),
    };
    for (const [path, target] of Object.entries(links)) symlinkSync(target, join(folder, path));
    const stray = strayLinks(readSourceFolder(folder)).map(({ path }) => path);
    assert.deepEqual(stray, ["absolute", "gone", "ignored", "out"]);
  });
});
