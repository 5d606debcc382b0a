import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { guardTerminal } from "../../../../cli/lib/terminal.ts";

describe("what a verb prints", () => {
  it("does not steer the terminal, whoever wrote it, and stays the same JSON", () => {
    const stream = new PassThrough();
    guardTerminal([stream as unknown as NodeJS.WriteStream]);
    const said = { message: "a\u001b]0;title\u0007b\u009b2J\u202eevil\u001b[31m" };
    stream.write(`${said.message}\n`);
    stream.write(JSON.stringify(said));
    const [line, json] = String(stream.read()).split("\n");
    assert.equal(line, "a\\u001b]0;title\\u0007b\\u009b2J\\u202eevil");
    assert.deepEqual(JSON.parse(json ?? ""), said);
  });

  it("is passed on as it is where it is no text", () => {
    const stream = new PassThrough();
    guardTerminal([stream as unknown as NodeJS.WriteStream]);
    stream.write(Buffer.from("\u001b"));
    assert.deepEqual(stream.read(), Buffer.from("\u001b"));
  });
});
