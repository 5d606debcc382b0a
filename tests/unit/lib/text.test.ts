import assert from "node:assert/strict";
import { median } from "../../../lib/statistics.ts";
import { clip, plural, printable, printableLine, shortCommit } from "../../../lib/text.ts";
import { formatDay, formatIsoMinute, formatMinute } from "../../../lib/time.ts";

describe("text", () => {
  it("is clipped to a length, with a sign of it", () => {
    assert.deepEqual([clip("abcd", 4), clip("abcde", 4)], ["abcd", "abc…"]);
  });

  it("has a plural but for 1", () => {
    assert.deepEqual(
      [0, 1, 2].map((count) => plural(count, "host")),
      ["0 hosts", "1 host", "2 hosts"],
    );
  });

  it("of others is shown without what would steer a terminal", () => {
    assert.equal(printable("a\tb\r\nc ü → 日本"), "a\tb\nc ü → 日本");
    assert.equal(printable("\u001b[1;31mred\u001b[0m"), "red");
    for (const control of [
      "\u001b[2J",
      "\u0007",
      "\r",
      "\b",
      "\u0000",
      "\u007f",
      "\u009b2J",
      "\u202e",
      "\u2066",
      "\u2028",
    ])
      assert.match(printable(`a${control}`), /^a\\u[0-9a-f]{4}/, JSON.stringify(control));
    assert.equal(printableLine(" a\n\tb\u001b ", 9), "a b\\u001b");
    assert.equal(printableLine("abcdef", 3), "ab…");
  });

  it("has of a commit 7 digits, and a mark for what was not committed", () => {
    const commit = "0123456789abcdef";
    assert.deepEqual(
      [shortCommit({ commit }), shortCommit({ commit, dirty: true }), shortCommit({})],
      ["0123456", "0123456+", undefined],
    );
  });
});

describe("times", () => {
  it("are in UTC, with the month's name or as ISO 8601", () => {
    const time = "2026-09-02T23:05:59.123Z";
    assert.deepEqual(
      [formatDay(time), formatMinute(time), formatIsoMinute(time)],
      ["2 Sep", "2 Sep 23:05", "2026-09-02 23:05"],
    );
    assert.equal(formatMinute("2026-01-01T00:30:00+01:00"), "31 Dec 23:30");
    assert.deepEqual([formatMinute("soon"), formatIsoMinute("")], ["soon", ""]);
  });
});

describe("the median", () => {
  it("is the middle number, or the mean of the two in the middle", () => {
    assert.deepEqual([median([9, 1, 2]), median([10, 1, 2, 4]), median([5])], [2, 3, 5]);
  });
});
