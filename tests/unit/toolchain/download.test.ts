import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../../lib/errors.ts";
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
    for (const server of servers.splice(0)) await server.close();
    rmSync(folder, { recursive: true });
  });

  it("writes what has the known checksum", async () => {
    const server = await started(serveFiles({ "/tool.tar.gz": "the tool" }));
    assert.equal(await download(`${server.url}/tool.tar.gz`, sha256("the tool"), file, progress), true);
    assert.equal(readFileSync(file, "utf8"), "the tool");
    assert.deepEqual(reported, []);
  });

  const published = {
    "a list": `${sha256("other")}  tool.zip\n${sha256("the tool")}  tool.tar.gz\n`,
    "a list of paths": `${sha256("other")}  ./tool.zip\n${sha256("the tool")}  ./tool.tar.gz\n`,
    "a list of binary files": `${sha256("the tool")} *tool.tar.gz\r\n`,
    "GitHub's description": JSON.stringify({
      assets: [
        { name: "tool.zip", digest: `sha256:${sha256("other")}` },
        { name: "tool.tar.gz", digest: `sha256:${sha256("the tool")}` },
      ],
    }),
  };
  for (const [form, page] of Object.entries(published)) {
    it(`finds the checksum in ${form}`, async () => {
      const server = await started(serveFiles({ "/tool.tar.gz": "the tool", "/sums": page }));
      assert.equal(await download(`${server.url}/tool.tar.gz`, `${server.url}/sums`, file, progress), true);
      assert.deepEqual(server.asked, ["/sums", "/tool.tar.gz"]);
    });
  }

  for (const [what, page] of Object.entries({
    "is not in the list": `${sha256("the tool")}  tool.tar.gz.asc\n`,
    "is a SHA-1": "a9993e364706816aba3e25717850c26c9cd0d89d  tool.tar.gz\n",
    "is not in GitHub's description": JSON.stringify({ assets: [{ name: "tool.tar.gz", digest: null }] }),
  })) {
    it(`fails to use a download whose checksum ${what}`, async () => {
      const server = await started(serveFiles({ "/tool.tar.gz": "the tool", "/sums": page }));
      assert.equal(await download(`${server.url}/tool.tar.gz`, `${server.url}/sums`, file, progress), false);
      assert.deepEqual(server.asked, ["/sums"]);
      assert.deepEqual(reported, [`tool.tar.gz: not used, ${server.url}/sums gives no SHA-256 of it`]);
    });
  }

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

  it("does without a file that is not there, and asks its host for others", async () => {
    const server = await started(serveFiles({ "/tool": "the tool" }));
    assert.equal(await download(`${server.url}/none`, sha256("the tool"), file, progress), false);
    assert.deepEqual(reported, [
      `${server.url}/none: not to be had, ${new URL(server.url).host} answers 404`,
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
    for (const name of ["one", "two", "three"]) {
      assert.equal(await download(`${url}/${name}`, sha256(""), file, progress), false);
    }
    assert.equal(connections, 1);
    assert.equal(reported.length, 1);
    assert.match(reported[0] ?? "", /^http:\/\/127.0.0.1:\d+\/one: not to be had, \S+ cannot be reached \(/);
  });

  it("leaves a host that does not answer after the time it has", async () => {
    const server = await started(serve(() => undefined));
    const url = `${server.url}/tool`;
    const start = Date.now();
    assert.equal(await download(url, sha256(""), file, progress), false);
    const seconds = (Date.now() - start) / 1000;
    assert.ok(seconds > 2.9 && seconds < 4, `${seconds} s`);
    assert.deepEqual(reported, [`${url}: not to be had, ${new URL(url).host} did not answer for 3 s`]);
    assert.equal(await download(url, sha256(""), file, progress), false);
    assert.deepEqual(server.asked, ["/tool"]);
  });

  it("leaves a download that stops on the way", async () => {
    const server = await started(serve((_, response) => response.write("the t")));
    assert.equal(await download(`${server.url}/tool`, sha256(""), file, progress, impatient), false);
    assert.match(reported[0] ?? "", /did not answer for 0.3 s$/);
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
