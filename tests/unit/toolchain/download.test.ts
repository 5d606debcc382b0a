import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../../lib/errors.ts";
import { selfSigned } from "../../certificate.ts";
import { download } from "../../../toolchain/download.ts";
import { addressOf, listening, serve, serveFiles, sha256, type TestServer } from "./server.ts";

describe("download", () => {
  let folder: string;
  let file: string;
  let reported: string[];
  const servers: { close(): unknown }[] = [];
  const started = async (starting: Promise<TestServer>) => {
    const server = await starting;
    servers.push(server);
    return server;
  };
  const progress = (line: string) => reported.push(line);
  const impatient = { answer: 0.3, pause: 0.3 };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-download-"));
    file = join(folder, "file");
    reported = [];
  });
  afterEach(async () => {
    delete process.env.SSL_CERT_DIR;
    for (const server of servers.splice(0)) await server.close();
    rmSync(folder, { recursive: true });
  });

  it("writes what has the known checksum", async () => {
    const server = await started(serveFiles({ "/tool.tar.gz": "the tool" }));
    assert.equal(await download(`${server.url}/tool.tar.gz`, sha256("the tool"), file, progress), true);
    assert.equal(readFileSync(file, "utf8"), "the tool");
    assert.deepEqual(reported, []);
  });

  it("fails on another checksum than the one wanted, with both", async () => {
    const server = await started(serveFiles({ "/tool.tar.gz": "not the tool" }));
    const url = `${server.url}/tool.tar.gz`;
    await assert.rejects(download(url, sha256("the tool"), file, progress), (error: unknown) => {
      assert.ok(error instanceof UserError);
      const begin = `${url}: not the file that was released, got SHA-256 ${sha256("not the tool")}; expected ${sha256("the tool")}. `;
      assert.equal(error.message.slice(0, begin.length), begin);
      return true;
    });
  });

  it("follows a redirect to another host", async () => {
    const store = await started(serveFiles({ "/stored": "the tool" }));
    const server = await started(
      serve((_, response) => response.writeHead(302, { location: `${store.url}/stored` }).end()),
    );
    assert.equal(await download(`${server.url}/tool`, sha256("the tool"), file, progress), true);
  });

  it("fails on http that leaves this machine, and asks nobody", async () => {
    for (const url of ["http://192.0.2.1/tool", "http://example.com/tool", "ftp://127.0.0.1/tool"])
      await assert.rejects(download(url, sha256(""), file, progress), {
        name: "UserError",
        message: `${url}: not by https, so whoever is on the way could read and change it`,
      });
  });

  it("does not follow from https to http, nor from this machine to http elsewhere", async () => {
    const tls = selfSigned({ ips: ["0.0.0.0"] });
    writeFileSync(join(folder, "authority.pem"), tls.certificate);
    process.env.SSL_CERT_DIR = folder;
    const store = await started(serveFiles({ "/stored": "the tool" }));
    const leading = (location: string): RequestListener => {
      return (_, response) => response.writeHead(302, { location }).end();
    };
    const secure = await started(serve(leading(`${store.url}/stored`), tls));
    const plain = await started(serve(leading("http://192.0.2.1/stored")));
    for (const { url } of [secure, plain])
      assert.equal(await download(`${url}/tool`, sha256("the tool"), file, progress), false);
    assert.match(
      reported[0] ?? "",
      /302 that leads from https:\S+ to http:\S+, which whoever is on the way could read/,
    );
    assert.match(reported[1] ?? "", /302 that leads from http:\S+ to http:\/\/192.0.2.1, which/);
    assert.deepEqual([store.asked, existsSync(file)], [[], false]);
  });

  it("does without a file that is not there, and asks its host for others", async () => {
    const server = await started(serveFiles({ "/tool": "the tool" }));
    assert.equal(await download(`${server.url}/none`, sha256("the tool"), file, progress), false);
    assert.deepEqual(reported, [
      `${server.url}/none: not to be had from ${new URL(server.url).host}: it answers 404`,
    ]);
    assert.equal(await download(`${server.url}/tool`, sha256("the tool"), file, progress), true);
  });

  it("asks a host that cannot be reached once, and says so once", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    servers.push(server);
    await listening(server);
    const url = addressOf(server);
    assert.equal(await download(`${url}/one`, sha256(""), file, progress), false);
    const asked = connections;
    for (const name of ["two", "three"])
      assert.equal(await download(`${url}/${name}`, sha256(""), file, progress), false);
    assert.ok(asked > 0);
    assert.equal(connections, asked);
    assert.equal(reported.length, 1);
    assert.match(reported[0] ?? "", /^http:\/\/127.0.0.1:\d+\/one: not to be had from 127.0.0.1:\d+: /);
  });

  it("leaves a host that does not answer after the time it has", async () => {
    const server = await started(serve(() => undefined));
    const url = `${server.url}/tool`;
    const start = Date.now();
    assert.equal(await download(url, sha256(""), file, progress), false);
    const seconds = (Date.now() - start) / 1000;
    assert.ok(seconds > 2.9 && seconds < 4, `${seconds} s`);
    assert.deepEqual(reported, [`${url}: not to be had from ${new URL(url).host}: no answer for 3 s`]);
    assert.equal(await download(url, sha256(""), file, progress), false);
    assert.deepEqual(server.asked, ["/tool"]);
  });

  it("leaves a download that stops on the way", async () => {
    const server = await started(serve((_, response) => response.write("the t")));
    assert.equal(await download(`${server.url}/tool`, sha256(""), file, progress, impatient), false);
    assert.match(reported[0] ?? "", /no answer for 0.3 s$/);
  });

  it("takes as long as it needs for a download that goes on", async () => {
    const server = await started(
      serve((_, response) => {
        let left = 5;
        const timer = setInterval(() => {
          response.write("tool ");
          if (--left > 0) return;
          clearInterval(timer);
          response.end();
        }, 150);
        response.flushHeaders();
      }),
    );
    const wanted = sha256("tool ".repeat(5));
    assert.equal(await download(`${server.url}/tool`, wanted, file, progress, impatient), true);
  });
});
