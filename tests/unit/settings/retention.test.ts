import assert from "node:assert/strict";
import { parseKeepReleases } from "../../../settings/retention.ts";

describe("keepReleases", () => {
  it("is 1 to 100", () => {
    const fail = (problem: string) => assert.fail(problem);
    assert.deepEqual(
      ["1", "5", "99", "100"].map((text) => parseKeepReleases(text, fail)),
      [1, 5, 99, 100],
    );
    for (const text of ["", "0", "101", "-1", "1.5", "05", "5 ", "five"]) {
      const problems: string[] = [];
      parseKeepReleases(text, (problem) => problems.push(problem));
      assert.deepEqual(problems, [`not valid, got "${text}"; expected 1 to 100`]);
    }
  });
});
