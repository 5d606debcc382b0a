import assert from "node:assert/strict";
import { declaredVolumes } from "../../../../model/image/declared.ts";

describe("the volumes that a Dockerfile declares", () => {
  it("are those of the stage that is built and of the stages below it, in either form", () => {
    const text = `FROM debian AS Ground
VOLUME /var/lib/a /b
FROM debian AS other
VOLUME /other
FROM ground AS app
volume ["/c d", "/e"]
VOLUME $DATA
FROM app
RUN true
`;
    const all = ["/c d", "/e", "/var/lib/a", "/b"];
    assert.deepEqual(declaredVolumes(text), { volumes: all, from: "debian" });
    assert.deepEqual(declaredVolumes(text, { target: "APP" }), { volumes: all, from: "debian" });
    assert.deepEqual(declaredVolumes(text, { target: "1" }), { volumes: ["/other"], from: "debian" });
    assert.deepEqual(declaredVolumes("FROM python-base\n"), { volumes: [], from: "python-base" });
    assert.deepEqual(declaredVolumes("FROM debian\n", { target: "none" }), { volumes: [], from: "" });
  });
});
