import assert from "node:assert/strict";
import { printedBy } from "../../../components/secrets.ts";

describe("a secret that a command prints", () => {
  const by = (script: string, seconds?: number) => printedBy("key", ["sh", "-c", script], seconds);

  it("is all that it prints but the end of the last line", async () => {
    assert.equal(await by("printf 'a b\\n\\nc\\n'"), "a b\n\nc");
    assert.equal(await by("printf ' x'"), " x");
  });

  it("fails with the command's own words, and none of what it printed", async () => {
    await assert.rejects(by("echo half; echo locked >&2; exit 3"), (error: Error) => {
      assert.match(error.message, /^secrets\/key\/command: sh -c .*: locked$/);
      assert.doesNotMatch(error.message.replace(/sh -c '.*'/, ""), /half/);
      return true;
    });
    await assert.rejects(by("true"), /^UserError: secrets\/key\/command: prints nothing: sh -c true$/);
    await assert.rejects(by("exec sleep 60", 0.2), /did not end within 0\.2 s: sh -c 'exec sleep 60'$/);
    await assert.rejects(printedBy("key", ["no-such-program"]), /no-such-program: not found/);
  });
});
