/** A user's line as `htpasswd -nB name` prints it: MD5, SHA-1 or bcrypt, which is what the edge can check. */
const LINE = /^[^:\s]+:(\$2[aby]\$|\$apr1\$|\{SHA\})\S+$/;

/** The users in the text of an htpasswd file, `name:hash` each; undefined where a line is none, or there is none. */
export function htpasswdUsers(text: string): string[] | undefined {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  return lines.length && lines.every((line) => LINE.test(line)) ? lines : undefined;
}
