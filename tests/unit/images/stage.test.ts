import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { stage } from "../../../images/stage.ts";
import { inProject, kept } from "../../../lib/paths.ts";
import { readRecipe } from "../../../model/image/recipe.ts";

const NAME = "stage-test";

describe("the staged sources of a build", () => {
  const context = `${kept.test()}/${NAME}`;
  const write = (files: Record<string, string>) => {
    for (const [path, content] of Object.entries(files)) {
      const file = inProject(`${context}/${path}`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  };
  const recipe = () =>
    readRecipe(
      { name: NAME, build: { context } },
      { platforms: ["linux/amd64"], source: undefined, lock: {} },
    );
  const staged = () => inProject(stage(recipe()).context);
  const all = () => readdirSync(inProject(kept.context())).filter((entry) => entry.startsWith(`${NAME}-`));
  beforeEach(() => {
    write({ Dockerfile: "FROM scratch\nCOPY . /\n", "src/page.html": "one\n", "run.sh": "#!/bin/sh\n" });
    chmodSync(inProject(`${context}/run.sh`), 0o700);
    symlinkSync("src", inProject(`${context}/link`));
  });
  afterEach(() => {
    rmSync(inProject(context), { recursive: true });
    for (const entry of all()) rmSync(inProject(kept.context(entry)), { recursive: true });
  });

  it("have modes that say who may run them, where nobody but their owner gets in", () => {
    chmodSync(inProject(`${context}/src/page.html`), 0o600);
    const folder = staged();
    assert.equal(statSync(join(folder, "src/page.html")).mode & 0o777, 0o644);
    assert.equal(statSync(join(folder, "run.sh")).mode & 0o777, 0o755);
    assert.equal(statSync(join(folder, "src")).mode & 0o777, 0o755);
    assert.equal(statSync(inProject(".slipway")).mode & 0o777, 0o700);
  });

  it("have times that follow from content alone: another with other content, the same again with the same", () => {
    const timeOf = () => statSync(join(staged(), "src/page.html")).mtimeMs;
    const first = timeOf();
    utimesSync(inProject(`${context}/src/page.html`), 1, 1);
    assert.equal(timeOf(), first);
    write({ "src/page.html": "two\n" });
    assert.notEqual(timeOf(), first);
    assert.equal(statSync(join(staged(), "src")).mtimeMs, Date.UTC(1980, 0));
    write({ "src/page.html": "one\n" });
    assert.equal(timeOf(), first);
  });

  it("are made anew where they are not what the folder's name says", () => {
    const folder = staged();
    const changes: (() => void)[] = [
      () => {
        writeFileSync(join(folder, "src/page.html"), "two\n");
        const { mtime } = statSync(join(folder, "run.sh"));
        utimesSync(join(folder, "src/page.html"), mtime, mtime);
      },
      () => {
        writeFileSync(join(folder, "more"), "");
      },
      () => {
        mkdirSync(join(folder, "empty"));
      },
      () => {
        chmodSync(join(folder, "src/page.html"), 0o755);
      },
      () => {
        rmSync(join(folder, "run.sh"));
      },
      () => {
        rmSync(join(folder, "link"));
        symlinkSync("run.sh", join(folder, "link"));
      },
      () => {
        writeFileSync(join(dirname(folder), "Dockerfile"), "FROM other\n");
      },
      () => {
        writeFileSync(join(dirname(folder), "Dockerfile.dockerignore"), "src\n");
      },
    ];
    const seen = () => {
      const root = dirname(folder);
      return readdirSync(root, { recursive: true, encoding: "utf8" })
        .sort()
        .map((path) => {
          const stat = lstatSync(join(root, path));
          const content = stat.isFile() ? readFileSync(join(root, path), "utf8") : "";
          const time = stat.isSymbolicLink() ? readlinkSync(join(root, path)) : stat.mtimeMs;
          return `${path} ${stat.mode} ${time} ${content}`;
        });
    };
    const whole = seen();
    for (const change of changes) {
      change();
      assert.notDeepEqual(seen(), whole);
      assert.equal(staged(), folder);
      assert.deepEqual(seen(), whole);
    }
  });

  it("stay as they are where they are right", () => {
    const folder = dirname(staged());
    const { ino } = statSync(folder);
    staged();
    assert.equal(statSync(folder).ino, ino);
  });

  it("replace those of the same image that no living process builds from", () => {
    const first = dirname(staged());
    write({ "src/page.html": "two\n" });
    const second = dirname(staged());
    // This process may still be building from the first.
    assert.deepEqual(all().length, 2);
    const marks = inProject(kept.temporary());
    for (const mark of readdirSync(marks).filter((entry) => entry.includes(`-uses-${NAME}-`)))
      rmSync(join(marks, mark));
    write({ "src/page.html": "three\n" });
    const third = dirname(staged());
    assert.deepEqual([first, second, third].map(existsSync), [false, false, true]);
  });
});
