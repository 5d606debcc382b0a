import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { textDigest } from "../lib/digest.ts";
import { UserError } from "../lib/errors.ts";
import type { HostAddress } from "../model/host/address.ts";

/** What of a host decides how ssh reaches it. */
type Target = Pick<HostAddress, "address" | "hostKey">;

/** What the user's own ~/.ssh/config may say for a terminal, and would spoil a script or a docker on the other side. */
const UNDONE = [
  ...[
    "RemoteCommand=none",
    "RequestTTY=no",
    "SessionType=default",
    "StdinNull=no",
    "ForkAfterAuthentication=no",
  ],
  ...["ForwardAgent=no", "ForwardX11=no", "ClearAllForwardings=yes", "PermitLocalCommand=no", "Tunnel=no"],
  // The pinned key alone is believed, and nothing is added to it.
  ...["VerifyHostKeyDNS=no", "NoHostAuthenticationForLocalhost=no", "UpdateHostKeys=no"],
];

/**
 * ssh's options for a host: one shared connection, and only the pinned key is believed. Everything else of ~/.ssh/config
 * counts (jump hosts, ports, keys). Nothing in them depends on the machine they are used on, because the docker provider
 * keeps them in the state, and `pulumi destroy` or `up --refresh` connect before anything of ours runs: so the key stands
 * in the option itself. ssh before 8.5 passes over that one, and reads the file of {@link prepareSsh}.
 */
export function sshOptions(target: Target): string[] {
  const { hostKey } = target;
  const options = [
    // Some are newer than the oldest ssh that is in use.
    "IgnoreUnknown=*",
    "ControlMaster=auto",
    `ControlPath=${controlPath(target, userInfo().homedir)}`,
    "ControlPersist=60",
    // A host whose power is cut says nothing any more: without these, ssh would wait for its answer for ever.
    "ConnectTimeout=10",
    "ServerAliveInterval=10",
    "ServerAliveCountMax=3",
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    ...UNDONE,
    ...(hostKey
      ? [
          `UserKnownHostsFile=${knownHostsFile(target)}`,
          "GlobalKnownHostsFile=/dev/null",
          // Not every system has /bin/echo.
          `KnownHostsCommand=/usr/bin/env echo %H ${hostKey}`,
        ]
      : []),
  ];
  return options.flatMap((option) => ["-o", option]);
}

/** Makes what the options name besides: a host's file of its key, and the folder of sockets where that is not ~. */
export function prepareSsh(target: Target): void {
  const { homedir, uid } = userInfo();
  const folder = /^(\/tmp\/.*)\//.exec(controlPath(target, homedir))?.[1];
  if (folder) makeOwn(folder, uid);
  if (target.hostKey)
    writeFileSync(knownHostsFile(target).replace("~", homedir), `* ${target.hostKey}\n`, { mode: 0o600 });
}

/** Longest that a socket's path may be, on macOS; on Linux it is 107. Source: sun_path in sys/un.h. */
const LONGEST = 103;
/** What ssh puts behind it while it makes one: a dot and 16 characters. Source: mux.c of OpenSSH 9.2. */
const TEMPORARY = 17;

/**
 * Where the shared connection's socket is: another for another key, or a connection would outlive the key that it was
 * made by. Beside ~/.ssh and not in it: ssh fails, instead of doing without, where the socket's folder is not there. Only
 * where the home folder's path is too long it is in a folder of /tmp.
 * @param home as ssh has it: the user database's, not $HOME
 */
export function controlPath(target: Target, home: string): string {
  // Without a pinned key, ssh's own hash tells hosts apart as ~/.ssh/config does, too.
  const name = target.hostKey ? idOf(target) : "%C";
  const length = home.length + "/.slipway-".length + (target.hostKey ? name.length : 40) + TEMPORARY;
  return length <= LONGEST ? `~/.slipway-${name}` : `/tmp/slipway-${userInfo().uid}/${name}`;
}

function knownHostsFile(target: Target): string {
  return `~/.slipway-${idOf(target)}.known_hosts`;
}

function idOf({ address, hostKey = "" }: Target): string {
  return textDigest(`${address}\n${hostKey}`).slice(0, 16);
}

/** A folder of this user's alone, in one that everybody can write to. */
function makeOwn(folder: string, uid: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0)
    throw new UserError(`${folder}: must be a folder of yours that nobody else can read. Remove it`);
}
