import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createProxy } from "proxy";
import { HttpError, ask, readWhole } from "../../../lib/http.ts";
import { isLoopback } from "../../../lib/loopback.ts";
import { selfSigned } from "../../certificate.ts";
import { type TestServer, serve } from "../toolchain/server.ts";

const VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

describe("a request", () => {
  const tls = selfSigned({ ips: ["0.0.0.0"] });
  const environment = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
  /** What the proxy was asked for, as in "CONNECT example.com:443". */
  let asked: string[];
  let proxy: ReturnType<typeof createProxy>;
  let address: string;
  let secure: TestServer;
  let plain: TestServer;

  before(async () => {
    proxy = createProxy();
    proxy.prependListener("request", ({ method = "", url = "" }: IncomingMessage) =>
      asked.push(`${method} ${url}`),
    );
    proxy.prependListener("connect", ({ url = "" }: IncomingMessage) => asked.push(`CONNECT ${url}`));
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  beforeEach(async () => {
    // Others each time: a tunnel is used again.
    secure = await serve((_, response) => response.end("secure"), tls);
    plain = await serve((_, response) => response.end("plain"));
    asked = [];
    for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
  });
  afterEach(async () => {
    await Promise.all([secure.close(), plain.close()]);
    for (const [name, value] of Object.entries(environment))
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  });

  const read = async (url: string) =>
    (await readWhole((await ask(new URL(url), { ca: tls.certificate })).body)).toString();
  /** One of this machine that does not look like it, so that a proxy is used. */
  const elsewhere = () => plain.url.replace("127.0.0.1", "0.0.0.0");
  const host = (url: string) => new URL(url).host;

  for (const form of [() => `http://${address}`, () => address])
    it("goes by the proxy of HTTPS_PROXY, through a tunnel", async () => {
      process.env.HTTPS_PROXY = form();
      assert.equal(await read(secure.url), "secure");
      assert.deepEqual(asked, [`CONNECT ${host(secure.url)}`]);
    });

  it("goes by the proxy of http_proxy, as it is", async () => {
    process.env.http_proxy = `http://${address}`;
    assert.equal(await read(elsewhere()), "plain");
    assert.deepEqual(asked, [`GET ${elsewhere()}/`]);
  });

  it("goes by no proxy where there is none for its protocol", async () => {
    process.env.HTTP_PROXY = `http://${address}`;
    assert.equal(await read(secure.url), "secure");
    assert.deepEqual(asked, []);
  });

  it("goes by no proxy to this machine", async () => {
    process.env.HTTP_PROXY = `http://${address}`;
    assert.equal(await read(plain.url), "plain");
    assert.deepEqual(asked, []);
  });

  for (const exempt of ["0.0.0.0", "example.com, 0.0.0.0/8", "*", "2001:db8::/32,0.0.0.0/0"])
    it(`goes by no proxy where NO_PROXY is "${exempt}"`, async () => {
      process.env.HTTP_PROXY = process.env.HTTPS_PROXY = `http://${address}`;
      process.env.NO_PROXY = exempt;
      assert.deepEqual([await read(secure.url), await read(elsewhere())], ["secure", "plain"]);
      assert.deepEqual(asked, []);
    });

  it("goes by the proxy where NO_PROXY names others", async () => {
    process.env.HTTPS_PROXY = `http://${address}`;
    process.env.NO_PROXY = "example.com,10.0.0.0/8,0.0.0.0/99";
    assert.equal(await read(secure.url), "secure");
    assert.equal(asked.length, 1);
  });

  it("shows a proxy its login", async () => {
    proxy.authenticate = ({ headers }) => headers["proxy-authorization"] === `Basic ${btoa("ann:p@ss")}`;
    process.env.HTTPS_PROXY = `http://ann:p%40ss@${address}`;
    assert.equal(await read(secure.url), "secure");
    process.env.HTTPS_PROXY = `http://ann:wrong@${address}`;
    await assert.rejects(read(secure.url), HttpError);
    delete proxy.authenticate;
  });

  it("fails on a proxy that is no address, without its password", async () => {
    process.env.HTTPS_PROXY = "http://ann:secret@[";
    await assert.rejects(read(secure.url), {
      message: "HTTPS_PROXY is no address; expected http://proxy:port",
    });
  });

  it("fails with plain words where https is asked of plain http", async () => {
    await assert.rejects(read(elsewhere().replace("http", "https")), {
      message: "plain http where https was asked for",
    });
  });

  it("fails where nobody answers in time", async () => {
    const silent = await serve(() => undefined);
    await assert.rejects(ask(new URL(silent.url), { answerMs: 200 }), { message: "no answer for 0.2 s" });
    await silent.close();
  });
});

describe("this machine", () => {
  it("is known by its name in a URL", () => {
    const hosts = ["localhost", "127.0.0.1", "127.8.8.8", "[::1]", "0x7f.1", "LOCALHOST"];
    for (const host of hosts) assert.ok(isLoopback(new URL(`http://${host}:80/`).hostname), host);
    for (const host of ["localhost.example.com", "127.0.0.1.example.com", "10.0.0.1", "[::2]", "example.com"])
      assert.ok(!isLoopback(new URL(`http://${host}/`).hostname), host);
  });
});
