import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { certificates } from "../../../lib/certificates.ts";

describe("the authorities that are trusted", () => {
  const before = { ...process.env };
  const folder = mkdtempSync(join(tmpdir(), "authorities-"));
  after(() => {
    process.env = before;
    rmSync(folder, { recursive: true });
  });

  it("are Node's and those of the environment's files, each once, whatever the length of its lines", () => {
    const [known = ""] = rootCertificates;
    const body = known.replace(/-----[^-]+-----|\s/g, "");
    const rewrapped = `-----BEGIN CERTIFICATE-----\n${body.replace(/.{76}/g, "$&\n")}\n-----END CERTIFICATE-----`;
    const own = "-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----";
    const bundle = join(folder, "bundle.crt");
    writeFileSync(bundle, `# ours\n${rewrapped}\n${own}\n`);
    Object.assign(process.env, { SSL_CERT_FILE: bundle, SSL_CERT_DIR: "", NODE_EXTRA_CA_CERTS: bundle });
    const trusted = certificates();
    assert.equal(trusted.length, rootCertificates.length + 1);
    assert.ok(trusted.includes(own));
  });
});
