import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { sshOptions } from "../host/ssh.ts";
import type { LabHost } from "./lab.ts";

/** Ends the connections that `pulumi up` shares (see sshOptions), which would outlive the hosts by a minute. */
export function endConnections(hosts: readonly LabHost[]): void {
  for (const { address, hostKey } of hosts) {
    const options = sshOptions(hostKey);
    spawnSync("ssh", [...options, "-O", "exit", address], { stdio: "ignore" });
    // A connection whose process was killed has left its socket.
    const settings = spawnSync("ssh", [...options, "-G", address], { encoding: "utf8" }).stdout;
    const socket = /^controlpath (.+)$/m.exec(settings)?.[1];
    if (socket) rmSync(socket, { force: true });
  }
}
