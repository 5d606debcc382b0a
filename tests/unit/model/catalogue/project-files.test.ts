import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Declared } from "../../../../model/catalogue/declared.ts";
import { withProjectFiles } from "../../../../model/catalogue/project-files.ts";
import type { Service } from "../../../../model/catalogue/service.ts";

describe("what services.ts says with the files that it names", () => {
  let folder: string;
  const read = (...services: Service[]) => withProjectFiles({ services }, folder);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-files-"));
    mkdirSync(join(folder, "config"));
    writeFileSync(join(folder, "a.env"), "ONE=1\nBOTH=a\nSEEN=$PLAIN\n");
    writeFileSync(join(folder, "b.env"), "BOTH=b\nPLAIN=file\nFROM_A=$ONE\nDB_PASSWORD=x\nTOKENS=3\n");
    writeFileSync(join(folder, "bad.env"), "ONE=1\n\nTWO\n");
    writeFileSync(join(folder, "config", "app.yml"), "port: 80\n");
    writeFileSync(join(folder, "binary"), Buffer.from([0xff, 0xfe, 0x00]));
    writeFileSync(join(folder, "large"), "x".repeat(500_001));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("has their variables below its own, a later file's above an earlier one's, and tells which and what looks secret", () => {
    const { declared, problems, notes, advice } = read({
      ...{ name: "web", environment: { PLAIN: "own" }, envFile: ["a.env", "b.env"] },
    });
    assert.deepEqual(declared.services, [
      {
        name: "web",
        environment: {
          ONE: "1",
          BOTH: "b",
          SEEN: "own",
          PLAIN: "own",
          FROM_A: "1",
          DB_PASSWORD: "x",
          TOKENS: "3",
        },
      },
    ]);
    assert.deepEqual(problems, []);
    assert.deepEqual(notes, [
      "web: a.env has ONE, BOTH, SEEN",
      "web: b.env has BOTH, PLAIN, FROM_A, DB_PASSWORD, TOKENS",
    ]);
    assert.deepEqual(advice, [
      "services/web/envFile/1: b.env, line 4: DB_PASSWORD looks like a secret, and everybody can read it in the state. " +
        'Put it into "secrets": npx --no slipway secrets import b.env',
    ]);
  });

  it("leaves to a secret what a file says of its variable, and has no advice about it", () => {
    const { declared, advice } = read({
      ...{ name: "web", environment: { PLAIN: "own" }, envFile: ["a.env", "b.env"] },
      secrets: { DB_PASSWORD: "db-password" },
    });
    const { environment = {} } = declared.services[0] ?? {};
    assert.deepEqual(Object.keys(environment), ["ONE", "BOTH", "SEEN", "PLAIN", "FROM_A", "TOKENS"]);
    assert.deepEqual(advice, []);
  });

  it("has the text of a config's file, so that a pin keeps it", () => {
    const configs = [{ file: "config/app.yml", target: "/app.yml", mode: "0440" }];
    assert.deepEqual(read({ name: "web", configs }).declared.services, [
      { name: "web", configs: [{ target: "/app.yml", mode: "0440", content: "port: 80\n" }] },
    ]);
  });

  it("fails on a file that is not there, a line that is none, a folder, what is no text and what is too large", () => {
    const config = (file: string) => ({ file, target: `/${file}` });
    const { problems } = read(
      { name: "web", envFile: ["no.env", "bad.env"] },
      { name: "api", configs: [config("config"), config("binary"), config("large"), config("none")] },
    );
    assert.deepEqual(problems, [
      'services/web/envFile/0: no such file in the project\'s folder, got "no.env"',
      "services/web/envFile/1: bad.env, line 3: TWO has no value, and none is taken from the shell; expected TWO=value",
      "services/api/configs/0/file: config: EISDIR",
      "services/api/configs/1/file: binary: is no text in UTF-8. COPY it in the Dockerfile, or mount it",
      "services/api/configs/2/file: large: is too large, got 500001 bytes; expected 500000 or less",
      'services/api/configs/3/file: no such file in the project\'s folder, got "none"',
    ]);
  });

  it("leaves to the schema what is none of its forms", () => {
    const services = [
      { name: "web", envFile: "a.env", configs: [7, { file: 1 }] },
      3,
    ] as unknown as Service[];
    assert.deepEqual(read(...services).declared.services.slice(0, 1), services.slice(0, 1));
    assert.deepEqual(withProjectFiles({} as Declared, folder).declared.services, undefined);
  });
});
