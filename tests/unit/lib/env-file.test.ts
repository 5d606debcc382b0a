import assert from "node:assert/strict";
import { LineError, parseEnvFile } from "../../../lib/env-file.ts";

const values = (text: string, known?: Record<string, string>) =>
  Object.fromEntries(
    parseEnvFile(text, new Map(Object.entries(known ?? {}))).map(({ name, value }) => [name, value]),
  );
const problem = (text: string) => {
  try {
    parseEnvFile(text);
  } catch (error) {
    assert.ok(error instanceof LineError, String(error));
    return `${error.line}: ${error.message}`;
  }
  return undefined;
};

describe("an env file", () => {
  it("has names and values, with export, as YAML, empty, with dots and dashes, after Windows' line ends", () => {
    const text =
      "\ufeffA=1\r\n\n  export B = two words  \nC: yaml\nD=\nxpack.a-b=x=y\nexport=1\nE=\"q\" F='r'";
    assert.deepEqual(values(text), {
      ...{ A: "1", B: "two words", C: "yaml", D: "", "xpack.a-b": "x=y", export: "1", E: "q", F: "r" },
    });
  });

  it("has comments on lines of their own and behind a space, and no others", () => {
    assert.deepEqual(values("# one=1\nA=a#b # c\nB='#' # c\n  # last"), { A: "a#b", B: "#" });
  });

  it("has quotes: single ones as they stand, double ones with escapes, both over several lines", () => {
    const text = `A='$X \\n it\\'s'\nB="a\\tb\\n\\"c\\" \\\\ \\$X \\0101 \\q"\nC="one\ntwo"\nD=it's "so"\nE="\\\\"`;
    assert.deepEqual(values(text), {
      ...{ A: "$X \\n it's", B: 'a\tb\n"c" \\ $X A \\q', C: "one\ntwo", D: 'it\'s "so"', E: "\\" },
    });
  });

  it("has values of variables above, of what is known, and what is to be in their place", () => {
    const text =
      "A=a\nB=$A-${A}$$A 5$ $5\nC=${A:-x}${NO:-d${A}e}${NO-}\nD=${E}\nF=${EMPTY:-x}${EMPTY-y}${A:+z}${EMPTY:+z}${EMPTY+w}${A:?no}";
    assert.deepEqual(values(text, { E: "known", EMPTY: "" }), {
      ...{ A: "a", B: "a-a$A 5$ $5", C: "adae", D: "known", F: "xzwa" },
    });
  });

  it("fails with its line where a line is none, a quote is open, or a variable is not there", () => {
    assert.deepEqual(
      [
        "A=1\n!B=2",
        "A=1\n\nB C=2",
        "NAME\n",
        'A="1\n2"\nB="\nC',
        "A=${A",
        "A=${B:?needed}",
        "A='x\n'\nB=$C",
      ].map(problem),
      [
        "2: is no variable; expected NAME=value",
        "3: is no variable; expected NAME=value",
        "1: NAME has no value, and none is taken from the shell; expected NAME=value",
        '3: a value begins with " and does not end with it',
        '1: has a "${" that begins no variable; expected ${NAME}, or $$ for a "$"',
        "1: $B has no value above: needed. Give it one, or write it in single quotes",
        "3: $C has no value above. Give it one, or write it in single quotes",
      ],
    );
  });
});
