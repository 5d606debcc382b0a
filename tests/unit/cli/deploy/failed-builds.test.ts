import assert from "node:assert/strict";
import { formatLog } from "../../../../cli/deploy/failed-builds.ts";
import { masking } from "../../../../lib/mask.ts";

describe("the log of a failed build", () => {
  it("is its last 50 lines, without empty ones, none longer than 2,000 characters", () => {
    const lines = Array.from({ length: 80 }, (_, index) => `#7 line ${index}`);
    const shown = formatLog(`${lines.join("\n\n")}\n${"x".repeat(5000)}\n`, (text) => text).split("\n");
    assert.equal(shown.length, 50);
    assert.deepEqual([shown[0], shown[48]], ["  #7 line 31", "  #7 line 79"]);
    assert.equal(shown[49]?.length, 2002);
  });

  it("says nothing twice, as BuildKit does at its end", () => {
    const log =
      "#5 0.2 one\n#5 0.2 ------\n#5 ERROR: exit code: 3\n------\n > [2/2] RUN x:\n0.2 one\n------\n";
    assert.equal(
      formatLog(log, (text) => text),
      "  #5 0.2 one\n  #5 0.2 ------\n  #5 ERROR: exit code: 3",
    );
  });

  it("has neither secrets nor what a terminal would obey", () => {
    const mask = masking(["one\ntwo-lines"]);
    assert.equal(
      formatLog("#7 0.1 one\r\n#7 0.2 two-lines\u001b[31m!\u001b[0m\u0007", mask),
      "  #7 0.1 [secret]\n  #7 0.2 [secret]!\\u0007",
    );
  });
});
