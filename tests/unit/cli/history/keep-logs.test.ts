import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepLogs } from "../../../../cli/history/keep-logs.ts";
import type { Deployed } from "../../../../model/state/deployed.ts";

/** A docker with one container of web, in that state and with that restart policy. */
const docker = (policy: string, state: string) => `#!/bin/sh
case "$*" in
  *--quiet*) echo 0123456789abcdef ;;
  ps*) echo "0123456789abcdef web 0 ${state}" ;;
  inspect*) echo "${policy} ${state} 0123456789abcdef web 0" ;;
  logs*) echo "2026-01-31T12:00:00.000000000Z out of tea" ;;
esac
`;

describe("the logs of what a rollback takes away", () => {
  const folder = mkdtempSync(join(tmpdir(), "logs-"));
  const { PATH = "" } = process.env;
  before(() => {
    process.env.PATH = `${folder}:${PATH}`;
  });
  after(() => {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  });
  const host = { name: "one", address: "unix:///nowhere.sock", hostKey: undefined };
  const container = { id: "0", urn: "", host: "one", service: "web", slot: "0", leaving: false, inputs: {} };
  const deployed = { hosts: [host], containers: [container] } as unknown as Deployed;
  const session = { folder, project: "slipway", stack: "prod", backend: "", name: "prod", env: {} };

  for (const [what, policy, state] of [
    ["serves", "always", "running"],
    ["was stopped and serves no more", "no", "exited"],
  ] as const) {
    it(`are kept, for their owner's eyes, of a container that ${what}`, async () => {
      writeFileSync(join(folder, "docker"), docker(policy, state), { mode: 0o755 });
      await keepLogs(session, deployed, ["web"]);
      const logs = join(folder, ".slipway/logs/prod");
      assert.deepEqual(readdirSync(logs), ["web-0123456789ab.log"]);
      const file = join(logs, "web-0123456789ab.log");
      assert.equal(readFileSync(file, "utf8"), "2026-01-31T12:00:00.000000000Z out of tea\n");
      assert.equal(statSync(file).mode & 0o777, 0o600);
      rmSync(logs, { recursive: true });
    });
  }

  it("are no reason to fail where the host does not tell them", async () => {
    writeFileSync(join(folder, "docker"), "#!/bin/sh\necho no engine >&2\nexit 1\n", { mode: 0o755 });
    await keepLogs(session, deployed, ["web"]);
  });
});
