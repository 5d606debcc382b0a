import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { StackOutputs } from "../../../../cli/deploy/stack-outputs.ts";
import { SECRET } from "../../../../model/state/resources.ts";

/** As the engine of 3.230 has it. */
const event = (type: string, outputs: object) =>
  ({ resOutputsEvent: { metadata: { type, new: { outputs } } } }) as unknown as EngineEvent;

describe("the outputs of an update", () => {
  it("are the stack's, a secret not readable", () => {
    const shown = new StackOutputs();
    shown.take(event("docker:index/container:Container", { image: "x" }));
    assert.equal(shown.format(), "");
    const key = { [SECRET]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: "AAA" };
    shown.take(event("pulumi:pulumi:Stack", { urls: { web: "http://web" }, list: [key], key }));
    shown.take({ cancelEvent: {} } as unknown as EngineEvent);
    assert.equal(
      shown.format(),
      'Outputs:\n  urls:\n    web: http://web\n  list:\n    - "[secret]"\n  key: "[secret]"\n',
    );
  });
});
