import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { asRunError } from "../../../components/program/errors.ts";
import { UserError } from "../../../lib/errors.ts";

describe("an error of the program", () => {
  it("is shown without a stack, and without what would steer a terminal", async () => {
    const failing = asRunError(Promise.reject(new UserError("web: it says \u001b[2J\u001b[31mno")));
    await assert.rejects(failing, (error) => {
      assert.ok(error instanceof pulumi.RunError);
      assert.equal(error.message, "web: it says \\u001b[2Jno");
      return true;
    });
  });

  it("stays as it is where it is nobody's to mend", async () => {
    const bug = new Error("bug");
    await assert.rejects(asRunError(Promise.reject(bug)), bug);
  });
});
