import assert from "node:assert/strict";
import { parseIgnoreFile } from "../../../../model/image/dockerignore.ts";

/** What the rules ignore of these. */
function ignored(rules: string, ...paths: string[]): string[] {
  const { ignores } = parseIgnoreFile(rules);
  return paths.filter(ignores);
}

// That they are BuildKit's own rules is the matter of tests/images/ignore.test.ts.
describe("the rules of .dockerignore", () => {
  it("name paths from the root, and all that is below them", () => {
    assert.deepEqual(ignored("a\n/b/\n./c", "a", "a/x", "d/a", "b/x", "c"), ["a", "a/x", "b/x", "c"]);
  });

  it("have * and ? within a name, ** across folders", () => {
    assert.deepEqual(ignored("*.log", "a.log", "b/a.log"), ["a.log"]);
    assert.deepEqual(ignored("**/*.log", "a.log", "b/c/a.log"), ["a.log", "b/c/a.log"]);
    assert.deepEqual(ignored("a?", "a", "ab", "a/"), ["ab"]);
    assert.deepEqual(ignored("a/**", "a", "a/b", "a/b/c"), ["a/b", "a/b/c"]);
    assert.deepEqual(ignored("**cache", "cache", "x/mycache/y"), ["cache", "x/mycache/y"]);
  });

  it("take back with !, the last line that matches deciding", () => {
    assert.deepEqual(ignored("*\n!keep", "keep", "keep/x", "other"), ["other"]);
    assert.deepEqual(ignored("!keep\n*", "keep", "other"), ["keep", "other"]);
    assert.deepEqual(ignored("logs\n!logs/keep\nlogs/keep/not", "logs/keep/yes", "logs/keep/not"), [
      "logs/keep/not",
    ]);
  });

  it("tell upper from lower case, and take what regular expressions use as it is", () => {
    assert.deepEqual(
      ignored("readme\nc++\n(a)|b\n$x^", "README", "readme", "c++", "cc", "(a)|b", "b", "$x^"),
      ["readme", "c++", "(a)|b", "$x^"],
    );
    assert.deepEqual(ignored("[ab]c\n\\*\n[^x]y", "ac", "cc", "*", "z", "xy", "zy"), ["ac", "*", "zy"]);
  });

  it("pass over comments, blanks, carriage returns and a byte order mark", () => {
    assert.deepEqual(ignored("\uFEFFa\r\n# b\r\n\r\n  c \r\n !d \n", "a", "b", "c", "d"), ["a", "c"]);
  });
});
