import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quote } from "../../../lib/shell.ts";

describe("ssh to a host that turns connections away", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-connect-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs it with an ssh that fails so many times with that word, and then prints what it is given. */
  const connect = (times: number, why: string, code = 255) => {
    const programs = {
      ssh: `echo tried >>tries; [ "$(wc -l <tries)" -gt ${times} ] || { echo ${quote(why)} >&2; exit ${code}; }; cat; echo late >&2; exit 3`,
      sleep: "",
    };
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(folder, name), `#!/bin/sh\ncd ${quote(folder)}\n${text}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const options = {
      env: { PATH: `${folder}:${process.env.PATH}` },
      input: "a\n\nb\n\n",
      encoding: "utf8",
    } as const;
    const { status, stdout, stderr } = spawnSync("sh", ["host/connect.sh", "ssh", "nas"], options);
    return { status, stdout, stderr, tries: readFileSync(join(folder, "tries"), "utf8").length / 6 };
  };

  it("is tried again with all of its input, and ends as the command there does", () => {
    for (const why of [
      "kex_exchange_identification: Connection closed by remote host",
      "kex_exchange_identification: read: Connection reset by peer",
      "ssh_exchange_identification: Connection closed by remote host",
      "mux_client_request_session: session request failed: Session open refused by peer",
      "Not allowed at this time",
    ]) {
      const ended = connect(5, why);
      assert.deepEqual(ended, { status: 3, stdout: "a\n\nb\n\n", stderr: "late\n", tries: 6 }, why);
      rmSync(join(folder, "tries"));
    }
  });

  it("names sshd's settings where it is turned away for good", () => {
    const why = "kex_exchange_identification: Connection closed by remote host";
    const { status, stderr, tries } = connect(99, why);
    assert.deepEqual([status, tries], [255, 6]);
    assert.match(
      stderr,
      /^its sshd turns away .* MaxStartups and MaxSessions .*\nkex_exchange_identification: .*\n$/,
    );
  });

  it("is not tried again for anything else, nor after the command has begun", () => {
    for (const [why, code] of [
      ["ssh: connect to host nas port 22: Connection refused", 255],
      ["Connection to nas closed by remote host.", 255],
      ["kex_exchange_identification: printed by the command", 1],
    ] as const) {
      assert.deepEqual(connect(9, why, code), { status: code, stdout: "", stderr: `${why}\n`, tries: 1 });
      rmSync(join(folder, "tries"));
    }
  });
});
