/** What `ssh -G` prints, by its first words in lower case. */
export type SshConfig = ReadonlyMap<string, string>;

export function parseSshConfig(printed: string): SshConfig {
  const lines = printed.split("\n").map((line) => line.trim());
  return new Map(lines.map((line) => [line.replace(/ .*$/, ""), line.replace(/^\S+ ?/, "")]));
}

/** Under which name ssh looks a machine's key up. */
export function knownName(config: SshConfig): string {
  const alias = config.get("hostkeyalias");
  if (alias && alias !== "none") return alias;
  const [host = "", port = "22"] = [config.get("hostname"), config.get("port")];
  return port === "22" ? host : `[${host}]:${port}`;
}

/** The files in which it looks. */
export function knownFiles(config: SshConfig): string[] {
  const files = `${config.get("userknownhostsfile") ?? ""} ${config.get("globalknownhostsfile") ?? ""}`;
  return files.split(" ").filter((file) => file && file !== "none");
}

/**
 * Why ssh, as it is set up on this machine, could take another machine for the one with this key; undefined where it
 * could not.
 * @param hostKey as in "ssh-ed25519 AAAA…"
 * @param found what `ssh-keygen -F` prints of the machine, for all its files
 */
export function hostKeyProblem(config: SshConfig, hostKey: string, found: string): string | undefined {
  const name = knownName(config);
  if (/^(no|off|false)$/.test(config.get("stricthostkeychecking") ?? ""))
    return "ssh's configuration has StrictHostKeyChecking off for it; expected yes";
  if (!/^(none)?$/.test(config.get("knownhostscommand") ?? ""))
    return "ssh's configuration has a KnownHostsCommand for it; expected none";
  const keys = found
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    // A line may name an authority, or what is revoked, before the host.
    .map((line) =>
      line
        .split(" ")
        .slice(line.startsWith("@") ? 0 : 1, line.startsWith("@") ? 4 : 3)
        .join(" "),
    );
  const other = keys.find((key) => key !== hostKey);
  if (other !== undefined)
    return `ssh knows another key of it, got "${other}"; expected "${hostKey}". If that is right: ssh-keygen -R '${name}'`;
  if (keys.length) return undefined;
  return `ssh does not know its key. Run: echo '${name} ${hostKey}' >>~/.ssh/known_hosts`;
}
