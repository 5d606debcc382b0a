import assert from "node:assert/strict";
import { onlyFirst } from "../../../../cli/deploy/inline-program.ts";

describe("the program in the command's own process", () => {
  it("answers the engine once, though the SDK gives two answers after an error", () => {
    const answers: string[] = [];
    const answer = onlyFirst((...given: string[]) => void answers.push(given.join(" ")));
    answer("an error");
    answer("", "a response");
    assert.deepEqual(answers, ["an error"]);
  });
});
