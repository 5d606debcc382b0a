import { hashSync } from "bcryptjs";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import forge from "node-forge";
import { output } from "../lib/run.ts";

/** What a registry needs to prove who it is and to know its user, as the contents of files. */
export interface RegistryIdentity {
  /** The authority that signed the certificate; its key is not kept. */
  ca: string;
  certificate: string;
  key: string;
  password: string;
  /** The registry's list of users: the one user with the password's hash. */
  htpasswd: string;
}

/** Makes a password and a certificate for the registry at that address, valid for ten years. */
export function registryIdentity(ip: string, user: string): RegistryIdentity {
  const password = randomBytes(24).toString("base64url");
  const authority = forge.pki.rsa.generateKeyPair(2048);
  const server = forge.pki.rsa.generateKeyPair(2048);
  const issuer = `Slipway lab CA ${ip}`; // two labs' authorities may be trusted side by side
  const ca = certificate(issuer, issuer, authority.publicKey, authority.privateKey, [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, critical: true },
  ]);
  const own = certificate(`Slipway lab registry ${ip}`, issuer, server.publicKey, authority.privateKey, [
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectAltName", altNames: [{ type: 7, ip }] },
  ]);
  const key = forge.pki.privateKeyToPem(server.privateKey);
  // Cost 5: the registry computes the hash at every request, and the password is 192 random bits.
  return { ca, certificate: own, key, password, htpasswd: `${user}:${hashSync(password, 5)}\n` };
}

function certificate(
  subject: string,
  issuer: string,
  publicKey: forge.pki.PublicKey,
  signingKey: forge.pki.rsa.PrivateKey,
  extensions: object[],
): string {
  const made = forge.pki.createCertificate();
  made.publicKey = publicKey;
  made.serialNumber = `01${randomBytes(8).toString("hex")}`;
  made.validity.notBefore = new Date(Date.now() - 24 * 3600 * 1000); // clocks may differ a little
  made.validity.notAfter = new Date(Date.now() + 10 * 365 * 24 * 3600 * 1000);
  made.setSubject([{ name: "commonName", value: subject }]);
  made.setIssuer([{ name: "commonName", value: issuer }]);
  made.setExtensions(extensions);
  made.sign(signingKey, forge.md.sha256.create());
  return forge.pki.certificateToPem(made);
}

/** An ssh key pair as the contents of its two files. */
export interface KeyPair {
  privateKey: string;
  /** "ssh-ed25519 AAAA…", without a comment. */
  publicKey: string;
}

/** Makes an ed25519 key pair without a passphrase; `folder` is where it is made, and gone afterwards. */
export async function sshKey(folder: string): Promise<KeyPair> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "key");
  await output(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
  const publicKey = (await readFile(`${file}.pub`, "utf8")).trim();
  const privateKey = await readFile(file, "utf8");
  await rm(folder, { recursive: true });
  return { privateKey, publicKey };
}
