import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { contentHash, readSourceFolder } from "../../../../model/image/context.ts";

/** The value for `web`, one folder of the repository. */
function hashIn(checkout: string): string {
  const context = join(checkout, "services/web");
  return contentHash({
    dockerfile: "FROM scratch\n",
    context: readSourceFolder(context, join(context, "Dockerfile")),
    contexts: { shared: readSourceFolder(join(checkout, "shared")) },
    bases: {},
    args: {},
    labels: {},
    platforms: ["linux/amd64"],
  });
}

const name = fc.constantFrom("a", "b.txt", "C", "log", "naïve", "with space", "node_modules");
const files = fc.dictionary(
  fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join("/")}.f`),
  fc.record({ content: fc.string({ maxLength: 20 }), executable: fc.boolean() }),
  { maxKeys: 6 },
);
const rules = fc.constantFrom("", "*.log\n", "**/log\n!log/a.f\n", "*\n!a.f\n", "node_modules\n");

describe("the content hash of a git checkout", function () {
  this.timeout("2 minutes");
  let folder: string;
  let repository: string;
  let count = 0;
  const git = (...args: string[]) => execFileSync("git", ["-C", repository, ...args], { stdio: "pipe" });
  const write = (path: string, content: string, executable = false) => {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), content);
    chmodSync(join(repository, path), executable ? 0o755 : 0o644);
  };
  const commit = (message = "a change") => {
    git("add", "--all");
    git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "--allow-empty", "-m", message);
  };
  /** Another checkout of the same, at a path of its own. */
  const clone = (umask: string, ...args: string[]) => {
    const to = join(folder, `${++count} elsewhere`, "deep");
    execFileSync("sh", [
      "-c",
      `umask ${umask}; exec git clone --quiet "$@"`,
      "sh",
      ...args,
      `file://${repository}`,
      to,
    ]);
    return to;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-checkouts-"));
    repository = join(folder, "origin");
    mkdirSync(repository);
    git("init", "--quiet");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is the same at every path, umask and clock, and in a shallow clone", () => {
    fc.assert(
      fc.property(files, files, rules, (web, shared, ignore) => {
        git("rm", "-rqf", "--ignore-unmatch", ".");
        const trees = Object.entries({ "services/web": web, shared });
        for (const [top, tree] of trees) {
          write(`${top}/.dockerignore`, ignore);
          for (const [path, { content, executable }] of Object.entries(tree)) {
            write(`${top}/${path}`, content, executable);
          }
        }
        commit();
        const value = hashIn(repository);
        const aged = clone("022");
        for (const path of readdirSync(aged, { recursive: true, encoding: "utf8" })) {
          utimesSync(join(aged, path), 86_400, 86_400);
        }
        assert.equal(hashIn(aged), value);
        for (const umask of ["002", "077"]) assert.equal(hashIn(clone(umask)), value);
        assert.equal(hashIn(clone("022", "--depth=1")), value);
      }),
      { numRuns: 12 },
    );
  });

  it("does not change by 50 commits that touch nothing of the service, or by a change and its revert", () => {
    write("services/web/.dockerignore", "*.md\n");
    write("services/web/web.py", "1");
    write("shared/lib.py", "1");
    commit();
    const value = hashIn(repository);
    const others = [
      "services/api/api.py",
      "README.md",
      "services/web/notes.md",
      "services.ts",
      "services/web2/x",
    ];
    for (let index = 0; index < 50; index++) {
      write(others[index % others.length] ?? "", `${index}`);
      commit();
      assert.equal(hashIn(repository), value);
    }
    for (const path of ["services/web/web.py", "shared/lib.py"]) {
      write(path, "2");
      commit();
      assert.notEqual(hashIn(repository), value);
      git("-c", "user.name=t", "-c", "user.email=t@t", "revert", "--no-edit", "HEAD");
      assert.equal(hashIn(clone("002", "--depth=1")), value);
    }
  });
});
