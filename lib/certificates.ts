import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { rootCertificates } from "node:tls";

/** The authorities that docker, buildx and Pulumi's plugins trust on this machine: Node by itself knows its own only. */
export function certificates(): string[] {
  const files = certificateFiles().flatMap((file) => readFileSync(file, "utf8").match(CERTIFICATE) ?? []);
  // The system's are Node's too, most of them, in lines of another length; each costs time at a connection.
  const all = [...rootCertificates, ...files].map((text): [string, string] => [
    text.replace(/\s/g, ""),
    text,
  ]);
  return [...new Map(all).values()];
}

const CERTIFICATE = /-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g;

/** The files that name those authorities which Node does not know. */
export function certificateFiles(): string[] {
  const bundle = process.env.SSL_CERT_FILE ?? "/etc/ssl/certs/ca-certificates.crt";
  const folders = (process.env.SSL_CERT_DIR ?? "").split(delimiter);
  // The system's own folder holds what is in the bundle.
  const own = folders.filter((folder) => folder && folder !== "/etc/ssl/certs" && existsSync(folder));
  // What Node would add to its own; to name any authorities at all takes the place of those.
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  return [
    ...(existsSync(bundle) ? [bundle] : []),
    ...(extra && existsSync(extra) ? [extra] : []),
    ...own.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /\.(pem|crt)$/.test(name))
        .map((name) => join(folder, name)),
    ),
  ];
}
