import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { folderAdvice, folderProblems, seenFolders } from "../../../../model/catalogue/context-check.ts";

const KEY = "-----BEGIN PRIVATE KEY-----\n";

describe("what a build's folders should not show it", () => {
  let project: string;
  const write = (files: Record<string, string>) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), content);
    }
  };
  const problems = (build = {}) => folderProblems({ name: "web", build }, project);
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "slipway-exposed-"));
    write({ "services/web/Dockerfile": "FROM scratch\n" });
  });
  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  it("fails on secrets, with the line of .dockerignore that mends it", () => {
    write({ "services/web/.env": "A=1", "services/web/keys/own.key": KEY, "services/web/a[1].env": "A=1" });
    assert.deepEqual(problems(), [
      'services/web/build: files that look secret would be readable in the image or the build\'s cache, got ".env", ' +
        '"a[1].env", "keys/own.key". Add ".env", "a\\[1\\].env", "keys/own.key" to ' +
        "services/web/.dockerignore, or to build.notSecret those that are not secret",
    ]);
    write({ "services/web/.dockerignore": ".env\na\\[1\\].env\nkeys/own.key\n" });
    assert.deepEqual(problems(), []);
  });

  it("fails on those of the Dockerfile's own ignore file and of named folders by their own file's name", () => {
    write({
      "services/web/Dockerfile.dockerignore": "",
      "services/web/id_rsa": KEY,
      "shared/prod.env": "A=1",
    });
    const [own, shared] = problems({ additionalContexts: { shared: "shared" } });
    assert.match(own ?? "", /Add "id_rsa" to services\/web\/Dockerfile\.dockerignore,/);
    assert.match(shared ?? "", /Add "prod.env" to shared\/\.dockerignore,/);
  });

  it("passes over examples, certificates, what is empty, and what is said to be no secret", () => {
    const files = {
      ".env.example": "A=",
      ".env": "",
      "ca.pem": "-----BEGIN CERTIFICATE-----",
      ".npmrc": "a=b",
    };
    for (const [path, text] of Object.entries(files)) write({ [`services/web/${path}`]: text });
    write({ "services/web/tests/key.pem": KEY });
    assert.deepEqual(problems({ notSecret: ["tests/key.pem"] }), []);
    assert.equal(problems().length, 1);
  });

  it("fails on what Git LFS has not fetched, and names the command that does", () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`;
    write({ "services/web/model.bin": pointer, "services/web/about-lfs.md": `# ${pointer}` });
    assert.deepEqual(problems(), [
      'services/web/build: Git LFS has not fetched what belongs here, got only its pointers "model.bin". ' +
        'Run git lfs pull, or add "model.bin" to services/web/.dockerignore',
    ]);
    write({ "services/web/.dockerignore": "model.bin\n" });
    assert.deepEqual(problems(), []);
  });

  it("fails on a link that leads out, which the build plugin would follow on this machine", () => {
    symlinkSync("/etc/hostname", join(project, "services/web/name"));
    assert.deepEqual(problems(), [
      'services/web/build: a link leads to nothing that the build sees, got "name" to "/etc/hostname"; expected one ' +
        'within the folder. Make it in the Dockerfile, or add "name" to services/web/.dockerignore',
    ]);
  });

  it("passes over sockets and fifos, which no build is given", () => {
    execFileSync("mkfifo", [join(project, "services/web/fifo.env")]);
    assert.deepEqual(problems(), []);
    const [seen] = seenFolders({ name: "web" }, project);
    assert.deepEqual(
      seen?.files.map(({ path }) => path),
      ["Dockerfile"],
    );
  });

  it("advises nothing for a folder that is not there, as beside a Dockerfile that stands in services.ts", () => {
    const entry = { name: "inline", build: { dockerfileInline: "FROM scratch\n" } };
    assert.deepEqual(folderAdvice("inline", seenFolders(entry, project), project), []);
    assert.deepEqual(folderProblems(entry, project), []);
  });

  it("advises against .git, node_modules and the like, and to write an ignore file", () => {
    const advice = () => folderAdvice("web", seenFolders({ name: "web" }, project), project);
    assert.deepEqual(advice(), [
      "web: services/web/.dockerignore is missing. List in it what the build of web must not see",
    ]);
    write({ "services/web/.git/HEAD": "", "services/web/ui/node_modules/x": "" });
    assert.deepEqual(advice(), [
      'web: the build sees .git, node_modules. Add "**/.git", "**/node_modules" to services/web/.dockerignore',
    ]);
    write({ "services/web/.dockerignore": "**/.git\n**/node_modules\n" });
    assert.deepEqual(advice(), []);
  });
});
