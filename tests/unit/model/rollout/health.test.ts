import assert from "node:assert/strict";
import { cutoverCheck, dockerCheck } from "../../../../model/rollout/health.ts";

describe("a health check", () => {
  it("is the cutover's, and Docker's where it needs nothing that an image may lack", () => {
    const command = { command: ["store-ping", "a b"] };
    assert.deepEqual(cutoverCheck({ health: command }), {
      HEALTH: "command",
      HEALTH_ARG: "store-ping 'a b'",
    });
    assert.deepEqual(dockerCheck(command)?.tests, ["CMD", "store-ping", "a b"]);
    const path = { path: "/health" };
    assert.deepEqual(cutoverCheck({ health: path }), { HEALTH: "path", HEALTH_ARG: "/health" });
    const up = { up: "1.2 seconds" } as const;
    assert.deepEqual(cutoverCheck({ health: up }), { HEALTH: "up", HEALTH_ARG: "2" });
    for (const health of [path, up, undefined]) assert.equal(dockerCheck(health), undefined);
  });

  it("is the image's own where the service names none, or a port's: http's, else one of the published TCP ports", () => {
    const ports = [
      { published: 53, target: 5353, protocol: "udp" as const },
      { published: 80, target: 8080 },
      { published: 81, target: 8080 },
      { published: 90, target: 9090, protocol: "tcp" as const },
    ];
    const checked = (service: object) => cutoverCheck(service);
    assert.deepEqual(checked({ http: { port: 8000 }, ports }), { HEALTH: "image", HEALTH_ARG: "8000" });
    assert.deepEqual(checked({ ports }), { HEALTH: "image", HEALTH_ARG: "8080 9090" });
    assert.deepEqual(checked({}), { HEALTH: "image", HEALTH_ARG: "" });
  });
});
