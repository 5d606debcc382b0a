import assert from "node:assert/strict";
import { formatPorts, portsIn } from "../../../../model/container/ports.ts";
import { TYPES } from "../../../../model/state/types.ts";

describe("published ports", () => {
  const four = { internal: 8080, external: 80, ip: "0.0.0.0", protocol: "tcp" };
  const six = { ...four, ip: "::" };

  it("are the same in whichever order a refresh has found them, and with what the plugin fills in", () => {
    const state = (...ports: object[]) => [
      { urn: `urn:pulumi:s::p::${TYPES.container}::web`, type: TYPES.container, inputs: { ports } },
    ];
    const given = formatPorts([
      { internal: 8080, external: 80 },
      { internal: 8080, external: 80, ip: "::" },
    ]);
    for (const found of [state(four, six), state(six, four)]) assert.equal(portsIn(found).get("web"), given);
    for (const other of [
      state(four),
      state(four, six, { ...four, external: 81 }),
      state(),
      state(four, { ...six, protocol: "udp" }),
    ])
      assert.notEqual(portsIn(other).get("web"), given);
  });

  it("are those of the container that is there, not of one that waits for its removal", () => {
    const container = (ports: object[], more = {}) => ({
      ...{ urn: `urn:pulumi:s::p::${TYPES.container}::web`, type: TYPES.container },
      ...{ inputs: { ports }, ...more },
    });
    const state = [container([six]), container([four], { delete: true })];
    assert.deepEqual([...portsIn(state)], [["web", formatPorts([six])]]);
  });
});
