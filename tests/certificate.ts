import { randomBytes } from "node:crypto";
import forge from "node-forge";

/** A certificate, signed by itself, and its private key, both PEM. */
export interface KeyAndCertificate {
  certificate: string;
  key: string;
}

/** Makes a certificate for host names and addresses, valid for a day; what trusts it believes it for those. */
export function selfSigned(names: { hosts?: string[]; ips?: string[] }): KeyAndCertificate {
  const { publicKey, privateKey } = forge.pki.rsa.generateKeyPair(2048);
  const made = forge.pki.createCertificate();
  made.publicKey = publicKey;
  made.serialNumber = `01${randomBytes(8).toString("hex")}`;
  made.validity.notBefore = new Date(Date.now() - 3_600_000);
  made.validity.notAfter = new Date(Date.now() + 24 * 3_600_000);
  const subject = [{ name: "commonName", value: "Slipway test" }];
  made.setSubject(subject);
  made.setIssuer(subject);
  made.setExtensions([
    { name: "basicConstraints", cA: true, critical: true },
    {
      name: "subjectAltName",
      altNames: [
        ...(names.hosts ?? []).map((value) => ({ type: 2, value })),
        ...(names.ips ?? []).map((ip) => ({ type: 7, ip })),
      ],
    },
  ]);
  made.sign(privateKey, forge.md.sha256.create());
  return {
    certificate: forge.pki.certificateToPem(made),
    key: forge.pki.privateKeyToPem(privateKey),
  };
}
