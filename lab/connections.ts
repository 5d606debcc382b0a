import { rmSync } from "node:fs";
import { runSync } from "../lib/run.ts";
import { sshOptions } from "../host/ssh-options.ts";
import type { LabHost } from "./lab.ts";

/** Ends the connections that `pulumi up` shares (see sshOptions), which would outlive the hosts by a minute. */
export function endConnections(hosts: readonly LabHost[]): void {
  for (const { address, hostKey } of hosts) {
    const options = sshOptions({ address, hostKey });
    runSync(["ssh", ...options, "-O", "exit", address]);
    // A connection whose process was killed has left its socket.
    const settings = runSync(["ssh", ...options, "-G", address]).stdout;
    const socket = /^controlpath (.+)$/m.exec(settings)?.[1];
    if (socket) rmSync(socket, { force: true });
    if (socket) rmSync(`${socket}.known_hosts`, { force: true });
  }
}
