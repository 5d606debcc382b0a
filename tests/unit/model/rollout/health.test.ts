import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { cutoverCheck, dockerCheck } from "../../../../model/rollout/health.ts";

describe("a health check", () => {
  it("is the same for the cutover and for Docker", () => {
    const command = { command: ["store-ping", "a b"] };
    assert.deepEqual(cutoverCheck(command, 80), { HEALTH: "command", HEALTH_ARG: "store-ping 'a b'" });
    assert.deepEqual(dockerCheck(command, 80), ["CMD", "store-ping", "a b"]);
    assert.deepEqual(cutoverCheck({ path: "/health" }, 81), { HEALTH: "path", HEALTH_ARG: ":81/health" });
    assert.deepEqual(cutoverCheck({ up: "1.2 seconds" }, 80), { HEALTH: "up", HEALTH_ARG: "2" });
    assert.equal(dockerCheck({ up: "1.2 seconds" }, 80), undefined);
  });

  describe("by path, run by Docker in the image", () => {
    const server = createServer((request, reply) => {
      reply.statusCode = request.url === "/health?a=b&c" ? 200 : 503;
      reply.end();
    });
    let port = 0;
    before(async () => {
      await once(server.listen(0, "127.0.0.1"), "listening");
      port = (server.address() as AddressInfo).port;
    });
    after(() => {
      server.close();
    });
    /** How the check ends where this program is the only one to ask with. */
    const run = async (path: string, only: string) => {
      const [, script = ""] = dockerCheck({ path }, port) ?? [];
      const child = spawn("/bin/sh", ["-c", `command() { [ "$2" = ${only} ]; }\n${script}`]);
      const [status] = (await once(child, "exit")) as [number];
      return status;
    };
    for (const program of ["wget", "curl", "bash"]) {
      it(`passes on 200 and fails on 503, with ${program} alone`, async () => {
        assert.equal(await run("/health?a=b&c", program), 0);
        assert.notEqual(await run("/broken", program), 0);
      });
    }

    it("passes where nothing is there to ask with, and says so", () => {
      const [, script = ""] = dockerCheck({ path: "/" }, port) ?? [];
      const { status, stdout } = spawnSync("/bin/sh", ["-c", script], {
        env: { PATH: "" },
        encoding: "utf8",
      });
      assert.equal(status, 0);
      assert.equal(stdout, "not checked: no wget, curl, bash\n");
    });
  });
});
