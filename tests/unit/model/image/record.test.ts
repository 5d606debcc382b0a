import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatRecord, readRecord } from "../../../../model/image/record.ts";

const entry = { hash: "ab".repeat(16), digest: `sha256:${"cd".repeat(32)}` };

describe("the record of what was built", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-record-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const read = (text: string) => {
    writeFileSync(join(folder, "record.json"), text);
    return readRecord(join(folder, "record.json"));
  };

  it("is read as it was written, in the order of names", () => {
    const text = formatRecord({ web: entry, api: entry });
    assert.deepEqual(Object.keys(JSON.parse(text) as object), ["api", "web"]);
    assert.deepEqual(read(text), { record: { api: entry, web: entry }, problems: [] });
  });

  for (const [text, problem] of [
    ["{", "not JSON: "],
    ["[]", ": must be an object"],
    ['{"web":{"hash":"ab"}}', "web/hash: must be a content hash of 32 digits"],
    [JSON.stringify({ web: { ...entry, digest: "latest" } }), "web/digest: must be sha256:… with 64 digits"],
    [JSON.stringify({ web: { ...entry, tag: "1" } }), "web: unknown key tag"],
  ] as const)
    it(`fails on ${text.slice(0, 30)}`, () => {
      const { problems } = read(text);
      assert.equal(problems[0]?.slice(0, problem.length), problem);
    });

  it("fails where there is none, and says who writes it", () => {
    assert.deepEqual(readRecord(join(folder, "none.json")).problems, [
      "no such file. Run on the stack that builds: npx --no slipway record",
    ]);
  });
});
