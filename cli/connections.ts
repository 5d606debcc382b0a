import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import type { LabHost } from "../lab/index.ts";
import { sshOptions } from "../model/hosts.ts";

/** Ends the shared ssh connections to the hosts, which would outlive them by ControlPersist. */
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
