import assert from "node:assert/strict";
import { ownVolumes } from "../../../../model/rollout/shared.ts";

describe("the volumes of a service's own", () => {
  it("are each there once, though it is mounted at several places, with the name that it had", () => {
    const volumes = [
      { source: "data", target: "/a" },
      { source: "/srv", target: "/srv" },
      { source: "shared", target: "/b" },
      { source: "data", target: "/c", from: "old" },
      { source: "logs", target: "/d" },
    ];
    assert.deepEqual(
      ownVolumes({ volumes }, { volumes: [{ name: "shared" }] }).map(({ source, from }) => [source, from]),
      [
        ["data", "old"],
        ["logs", undefined],
      ],
    );
  });
});
