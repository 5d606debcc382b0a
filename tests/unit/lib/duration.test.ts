import assert from "node:assert/strict";
import { isDuration, toSeconds } from "../../../lib/duration.ts";

describe("durations", () => {
  it("are a number and a unit", () => {
    assert.equal(toSeconds("1 second"), 1);
    assert.equal(toSeconds("1.5 minutes"), 90);
    assert.equal(toSeconds("2 hours"), 7200);
  });
  it("fail without a unit, without a number, with a sign", () => {
    for (const text of ["10", "10s", "seconds", "-1 seconds", "1  second", ""])
      assert.ok(!isDuration(text), text);
  });
});
