import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { LineError, parseEnvFile } from "../../lib/env-file.ts";
import { output } from "../../lib/run.ts";
import { install } from "../../toolchain/install.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

/** Of what Compose's syntax is made, so that chance comes upon what is hard. */
const piece = fc.constantFrom(
  ...[
    "a",
    "B",
    "0",
    "_",
    "-",
    ".",
    " ",
    "\t",
    "=",
    ":",
    "#",
    " #",
    "$",
    "$$",
    "$A",
    "${A}",
    "${B:-x}",
    "${B-$A}",
  ],
  ...[
    "${A:+y}",
    "${E:-z}",
    "${E-z}",
    "${E+z}",
    "\\",
    "\\\\",
    "\\n",
    "\\t",
    "\\$A",
    "\\0101",
    "\\q",
    "'",
    '"',
    "{",
    "}",
  ],
  ...["ü", "\\'", '\\"', "[1]"],
);
const value = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
const quoted = fc
  .tuple(fc.constantFrom("'", '"', ""), value, fc.constantFrom("", "\n", " \n# c\n"))
  .map(([quote, text, inside]) => `${quote}${text}${quote ? inside : ""}${quote ? text : ""}${quote}`);
const line = fc
  .tuple(
    fc.constantFrom("", "export ", "  "),
    fc.constantFrom("X", "Y.z", "Z-1"),
    fc.constantFrom("=", " = ", ": "),
    quoted,
  )
  .map((parts) => parts.join(""));
const file = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => `A=1\nE=\n${lines.join("\n")}\n`);

describe("an env file, read as Compose 2.40.3 does", function () {
  this.timeout(INSTALL_TIMEOUT);
  let compose = "";
  let folder = "";

  before(async () => {
    compose = (await install(["docker-compose"], (text) => process.stderr.write(`      ${text}\n`)))[
      "docker-compose"
    ];
    folder = mkdtempSync(join(tmpdir(), "slipway-env-file-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** What Compose finds in each of several files. */
  async function readByCompose(texts: readonly string[]): Promise<Record<string, string>[]> {
    texts.forEach((text, index) => {
      writeFileSync(join(folder, `${index}.env`), text);
    });
    const services = texts.map(
      (_, index) => [`s${index}`, { image: "x", env_file: `${index}.env` }] as const,
    );
    writeFileSync(
      join(folder, "compose.json"),
      JSON.stringify({ name: "x", services: Object.fromEntries(services) }),
    );
    const command = [compose, "--file", "compose.json", "config", "--format", "json"];
    const printed = await output(command, { cwd: folder, env: { PATH: process.env.PATH, HOME: folder } });
    const { services: found } = JSON.parse(printed) as {
      services: Record<string, { environment?: Record<string, string> | null }>;
    };
    return texts.map((_, index) =>
      Object.fromEntries(
        // It prints what another Compose could read.
        Object.entries(found[`s${index}`]?.environment ?? {}).map(([name, text]) => [
          name,
          text.replaceAll("$$", "$"),
        ]),
      ),
    );
  }
  const readByUs = (text: string) =>
    Object.fromEntries(parseEnvFile(text).map(({ name, value }) => [name, value]));

  it("has the same values, whatever is in it that we take", async () => {
    const texts = fc.sample(file, { numRuns: 2000, seed: 7 }).filter((text) => {
      try {
        parseEnvFile(text);
        return true;
      } catch (error) {
        if (error instanceof LineError) return false;
        throw error;
      }
    });
    assert.ok(texts.length > 300, String(texts.length));
    const found = await readByCompose(texts);
    texts.forEach((text, index) => {
      assert.deepEqual(readByUs(text), found[index], JSON.stringify(text));
    });
  });

  it("fails for both where a quote is open or a name is none; for us alone where a value would be the shell's", async () => {
    for (const text of ["A='x\n", 'A="x\n', "A B=1\n", "!=1\n", "A=${B:?no}\n", "A=${1}\n"]) {
      assert.throws(() => parseEnvFile(text), LineError, text);
      await assert.rejects(readByCompose([text]), text);
    }
    for (const text of ["B\n", "A=$B\n"]) assert.throws(() => parseEnvFile(text), LineError, text);
  });
});
