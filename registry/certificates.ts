import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { rootCertificates } from "node:tls";

let trusted: string[] | undefined;

/** The authorities that docker, buildx and Pulumi's plugins trust on this machine: Node by itself knows its own only. */
export function certificates(): string[] {
  return (trusted ??= [...rootCertificates, ...findFiles().map((file) => readFileSync(file, "utf8"))]);
}

function findFiles(): string[] {
  const bundle = process.env.SSL_CERT_FILE ?? "/etc/ssl/certs/ca-certificates.crt";
  const folders = (process.env.SSL_CERT_DIR ?? "").split(delimiter);
  // The system's own folder holds what is in the bundle.
  const own = folders.filter((folder) => folder && folder !== "/etc/ssl/certs" && existsSync(folder));
  return [
    ...(existsSync(bundle) ? [bundle] : []),
    ...own.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /\.(pem|crt)$/.test(name))
        .map((name) => join(folder, name)),
    ),
  ];
}
