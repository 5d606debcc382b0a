import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readSourceFolder } from "../../../../model/image/context.ts";
import { originOfMade } from "../../../../model/image/made.ts";
import { YEARS, timeOf, timeOfMade } from "../../../../model/image/times.ts";

/** Of each Dockerfile, the files with which the time changes of what it makes, and those with which it does not. */
const CASES: [what: string, dockerfile: string, changes: string[], stays: string[]][] = [
  ["nothing where there are only copies", "FROM a\nCOPY . /\n", [], ["app.py", "req.txt", "lib/x.py"]],
  ["no copy behind the last step", "FROM a\nRUN install\nCOPY . /\n", [], ["app.py", "req.txt", "lib/x.py"]],
  [
    "what was copied before",
    "FROM a\nCOPY req.txt ./\nRUN install\nCOPY . /\n",
    ["req.txt"],
    ["app.py", "lib/x.py"],
  ],
  ["a folder", "FROM a\nCOPY --chown=1 lib/ /lib\nRUN x\n", ["lib/x.py"], ["app.py", "req.txt"]],
  ["what a pattern finds", 'FROM a\nCOPY ["./r*.txt", "/"]\nRUN x\n', ["req.txt"], ["app.py", "lib/x.py"]],
  [
    "all, where a variable says what",
    "FROM a\nARG A=lib\nCOPY $A /\nRUN x\n",
    ["app.py", "req.txt", "lib/x.py"],
    [],
  ],
  ["all, where a link leads", "FROM a\nCOPY link/x.py /\nRUN x\n", ["app.py", "req.txt", "lib/x.py"], []],
  [
    "what a stage has made that is copied from",
    "FROM a AS Build\nCOPY app.py /\nRUN build\nFROM b\nCOPY --from=build /out /\nCOPY req.txt /\n",
    ["app.py"],
    ["req.txt", "lib/x.py"],
  ],
  [
    "no build of the sources behind installed packages, whose layer would travel each time",
    "FROM a\nCOPY req.txt /\nRUN install\nCOPY . /\nRUN build\n",
    ["req.txt"],
    ["app.py", "lib/x.py"],
  ],
  [
    "no copy of what is built behind installed packages, of a stage before too",
    "FROM a AS base\nRUN install\nFROM base AS build\nCOPY . /\nRUN build\nFROM base\nCOPY --from=build /out /\n",
    [],
    ["app.py", "req.txt", "lib/x.py"],
  ],
  [
    "the same by the stage's number, and what stands on it",
    "FROM a\nCOPY app.py /\nRUN build\nFROM 0 AS no\nFROM b\nCOPY --from=0 /out /\n",
    ["app.py"],
    ["req.txt"],
  ],
  [
    "a stage of a platform",
    "FROM a AS on-amd64\nCOPY app.py /\nRUN x\nFROM a AS on-arm64\nCOPY req.txt /\nRUN x\nFROM on-$TARGETARCH\n",
    ["app.py", "req.txt"],
    ["lib/x.py"],
  ],
  [
    "no stage that is not built",
    "FROM a AS test\nCOPY . /\nRUN test\nFROM b\nCOPY app.py /\nRUN x\n",
    ["app.py"],
    ["req.txt", "lib/x.py"],
  ],
  [
    "what is copied out of a stage that copied",
    "FROM a AS one\nCOPY app.py /\nFROM b\nCOPY --from=one / /\nRUN x\n",
    ["app.py"],
    ["req.txt"],
  ],
  [
    "what RUN mounts",
    "FROM a\nRUN --mount=type=bind,source=app.py,target=/a build\n",
    ["app.py"],
    ["req.txt"],
  ],
  ["all that RUN mounts", "FROM a\nRUN --mount=target=/a build\n", ["app.py", "req.txt"], []],
  ["no cache", "FROM a\nRUN --mount=type=cache,target=/c build\n", [], ["app.py"]],
  ["an archive that ADD unpacks", "FROM a\nADD app.py /\nCOPY req.txt /\n", ["app.py"], ["req.txt"]],
  [
    "a here-document",
    "FROM a\nCOPY app.py /\nCOPY <<EOF /a\nx\nEOF\nCOPY req.txt /\n",
    ["app.py"],
    ["req.txt"],
  ],
  ["a named folder", "FROM a\nCOPY --from=shared s.py /\nRUN x\n", ["../shared/s.py"], ["app.py"]],
];

describe("the time of what a build makes", () => {
  let folder: string;
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const whole = (dockerfile: string, more = {}) =>
    originOfMade({
      dockerfile,
      context: readSourceFolder(join(folder, "web")),
      contexts: { shared: readSourceFolder(join(folder, "shared")) },
      bases: { a: "sha256:1" },
      args: {},
      known: ["shared"],
      platforms: ["linux/amd64", "linux/arm64"],
      ...more,
    });
  const origin = (dockerfile: string, more = {}) => whole(dockerfile, more).digest;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-made-"));
    for (const path of ["web/app.py", "web/req.txt", "web/lib/x.py", "shared/s.py"]) write(path, "1");
    symlinkSync("lib", join(folder, "web/link"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  for (const [what, dockerfile, changes, stays] of CASES)
    it(`follows ${what}`, () => {
      const before = origin(dockerfile);
      for (const path of [...changes, ...stays]) {
        write(`web/${path}`, "2");
        assert.equal(origin(dockerfile) !== before, changes.includes(path), path);
        write(`web/${path}`, "1");
      }
      assert.equal(origin(dockerfile), before);
    });

  it("follows the steps up to the first that makes files, arguments and bases", () => {
    const text = "FROM a\nEXPOSE 1\nRUN one\nRUN two\nCMD x\n";
    const before = origin(text);
    assert.notEqual(before, undefined);
    for (const [from, to] of [
      ["CMD x", "COPY app.py /"],
      ["two", "TWO"],
    ] as const)
      assert.equal(origin(text.replace(from, to)), before);
    for (const [from, to] of [
      ["one", "ONE"],
      ["EXPOSE 1", "EXPOSE 2"],
    ] as const)
      assert.notEqual(origin(text.replace(from, to)), before);
    assert.notEqual(origin(text, { args: { A: "1" } }), before);
    assert.notEqual(origin(text, { bases: { a: "sha256:2" } }), before);
  });

  it("follows the values that stand before the first stage", () => {
    const text = (version: number) => `ARG V=${version}\nFROM a\nARG V\nRUN fetch $V\n`;
    assert.notEqual(origin(text(1)), origin(text(2)));
  });

  it("follows the target alone", () => {
    const text = "FROM a AS one\nRUN one\nFROM a AS two\nCOPY app.py /\n";
    assert.notEqual(origin(text, { target: "One" }), undefined);
    assert.equal(origin(text), undefined);
  });

  it("follows what is copied out of another image", () => {
    assert.notEqual(origin("FROM a\nCOPY --from=b:1 / /\n"), undefined);
    assert.equal(origin("FROM a\nCMD x\n"), undefined);
  });

  it("is later than any file's that is copied, before 2000", () => {
    const [first, last] = ["0", "f"].map((digit) => digit.repeat(64)) as [string, string];
    const made = (digest: string | undefined, isWhole = true) => timeOfMade({ digest, isWhole });
    assert.ok(timeOf(first) < timeOf(last) && timeOf(last) < made(undefined));
    assert.equal(made(undefined), made(first));
    assert.ok(made(last) < made(first, false));
    assert.ok(made(last, false) < Date.UTC(2000, 0) / 1000);
    const year = (seconds: number) => String(new Date(seconds * 1000).getUTCFullYear());
    for (const time of [timeOf(first), timeOf(last), made(first), made(last)])
      assert.match(year(time), new RegExp(`^${YEARS.known}$`));
    for (const time of [made(first, false), made(last, false)])
      assert.match(year(time), new RegExp(`^${YEARS.partlyKnown}$`));
  });

  it("is known for the whole of an image, or only for its first such layer", () => {
    for (const [dockerfile, isWhole] of [
      ["FROM a\nCOPY . /\n", true],
      ["FROM a\nRUN one\nCOPY . /\n", true],
      ["FROM a AS b\nCOPY . /\nRUN build\nRUN more\nFROM c\nCOPY --from=b / /\n", true],
      ["FROM a\nCOPY req.txt /\nRUN install\nCOPY . /\nRUN build\n", false],
      ["FROM a AS b\nCOPY . /\nRUN build\nFROM c\nRUN one\nCOPY --from=b / /\n", false],
    ] as const)
      assert.equal(whole(dockerfile).isWhole, isWhole, dockerfile);
  });
});
