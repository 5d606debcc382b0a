import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { UserError } from "../../../lib/errors.ts";
import { Repository } from "../../../registry/client.ts";
import { selfSigned } from "../../certificate.ts";
import { type Replies, type TestRegistry, digestOf, startRegistry } from "./registry.ts";

const account = { user: "ann", token: "secret" };
const BASIC = `Basic ${Buffer.from("ann:secret").toString("base64")}`;
const layer = { mediaType: "application/octet-stream", digest: digestOf("layer"), size: 5 };

describe("where a registry leads", () => {
  const tls = selfSigned({ ips: ["0.0.0.0"] });
  const started: TestRegistry[] = [];
  const start = async (replies: Replies, secure = false) => {
    const registry = await startRegistry(replies, secure ? tls : undefined);
    started.push(registry);
    return registry;
  };
  const repository = ({ host }: TestRegistry) => new Repository(`${host}/acme/web`, account, tls.certificate);
  const shown = ({ requests }: TestRegistry) => requests.map(({ headers }) => headers.authorization);
  afterEach(() => Promise.all(started.splice(0).map((registry) => registry.close())));

  /** A registry that asks for a password, and leads there when something is uploaded. */
  const uploadsTo = (location: string): Replies => ({
    "POST /v2/acme/web/blobs/uploads/": ({ headers }) =>
      headers.authorization === BASIC
        ? { status: 202, headers: { location } }
        : { status: 401, headers: { "www-authenticate": 'Basic realm="here"' } },
    "PUT /v2/acme/web/blobs/uploads/1": { status: 201 },
  });
  const upload = (registry: TestRegistry) =>
    repository(registry).putBlob(layer, Readable.from([Buffer.from("layer")]));

  it("an upload goes with the login to the registry itself", async () => {
    const registry = await start(uploadsTo("/v2/acme/web/blobs/uploads/1?state=a"));
    await upload(registry);
    assert.deepEqual(shown(registry), [undefined, BASIC, BASIC]);
    assert.equal(
      registry.asked.at(-1),
      `/v2/acme/web/blobs/uploads/1?state=a&digest=${encodeURIComponent(layer.digest)}`,
    );
  });

  it("an upload goes without the login to another host", async () => {
    const storage = await start({ "PUT /up": { status: 201 } });
    await upload(await start(uploadsTo(`${storage.url}/up`)));
    assert.deepEqual(shown(storage), [undefined]);
  });

  it("fails on an upload that would leave https, and sends nothing there", async () => {
    const storage = await start({ "PUT /up": { status: 201 } });
    const registry = await start(uploadsTo(`${storage.url}/up`), true);
    await assert.rejects(upload(registry), {
      name: "UserError",
      message:
        `${registry.host}/acme/web: the registry cannot be used, got 202 that leads from ${registry.url} to ` +
        `${storage.url}, which whoever is on the way could read and change for PUT /v2/acme/web/blobs/uploads/`,
    });
    assert.deepEqual(storage.asked, []);
  });

  for (const location of ["", "http://[", undefined])
    it(`fails on an upload that leads to ${location ?? "nowhere"}`, async () => {
      const headers = location === undefined ? {} : { location };
      const registry = await start({ "POST /v2/acme/web/blobs/uploads/": { status: 202, headers } });
      await assert.rejects(upload(registry), {
        name: "UserError",
        message: /got 202 without a usable Location for PUT/,
      });
    });

  /** A registry that gives what it has to who shows the token of this realm. */
  const asksAt = (realm: string): Replies => ({
    "HEAD /v2/acme/web/manifests/1": ({ headers }) =>
      headers.authorization === "Bearer t"
        ? { headers: { "docker-content-digest": layer.digest } }
        : { status: 401, headers: { "www-authenticate": `Bearer realm="${realm}",service="s"` } },
  });

  it("gets a token from a realm of another host, whose token stays with the registry", async () => {
    const realm = await start({ "GET /token": { body: '{"token":"t"}' } });
    const registry = await start(asksAt(`${realm.url}/token`));
    assert.equal(await repository(registry).digest("1"), layer.digest);
    assert.deepEqual(realm.asked, ["/token?service=s&scope=repository%3Aacme%2Fweb%3Apull"]);
    assert.deepEqual([shown(realm), shown(registry)], [[BASIC], [undefined, "Bearer t"]]);
  });

  it("fails on a realm without https that is not on this machine", async () => {
    const registry = await start(asksAt("http://192.0.2.1/token"));
    await assert.rejects(repository(registry).digest("1"), {
      name: "UserError",
      message:
        /got "http:\/\/192.0.2.1\/token" for a realm, where whoever is on the way could read the login; expected https/,
    });
  });

  it("fails on a realm without https where the registry has it", async () => {
    const realm = await start({ "GET /token": { body: '{"token":"t"}' } });
    const registry = await start(asksAt(`${realm.url}/token`), true);
    await assert.rejects(repository(registry).digest("1"), { name: "UserError", message: /for a realm/ });
    assert.deepEqual(realm.asked, []);
  });

  for (const realm of ["", "token", "ftp://127.0.0.1/"])
    it(`fails on "${realm}" for a realm`, async () => {
      const registry = await start(asksAt(realm));
      await assert.rejects(repository(registry).digest("1"), {
        name: "UserError",
        message: /for a realm, w/,
      });
    });

  it("does not show the login to whom a realm leads", async () => {
    const other = await start({ "GET /token": { body: '{"access_token":"t"}' } });
    const realm = await start({ "GET /token": { status: 307, headers: { location: `${other.url}/token` } } });
    assert.equal(await repository(await start(asksAt(`${realm.url}/token`))).digest("1"), layer.digest);
    assert.deepEqual([shown(realm), shown(other)], [[BASIC], [undefined]]);
  });

  it("fails on a realm that leads from https to http", async () => {
    const other = await start({ "GET /token": { body: '{"token":"t"}' } });
    const realm = await start(
      { "GET /token": { status: 302, headers: { location: `${other.url}/token` } } },
      true,
    );
    const registry = await start(asksAt(`${realm.url}/token`), true);
    await assert.rejects(repository(registry).digest("1"), {
      name: "UserError",
      message: /302 that leads from https/,
    });
    assert.deepEqual(other.asked, []);
  });

  it("a blob is followed to the registry's storage, and on, without the login", async () => {
    const far = await start({ "GET /blob": { body: "layer" } });
    const near = await start({ "GET /blob": { status: 302, headers: { location: `${far.url}/blob` } } });
    const registry = await start({
      [`GET /v2/acme/web/blobs/${layer.digest}`]: ({ headers }) =>
        headers.authorization === BASIC
          ? { status: 307, headers: { location: `${near.url}/blob` } }
          : { status: 401, headers: { "www-authenticate": "Basic" } },
    });
    assert.equal((await buffer(await repository(registry).blob(layer.digest))).toString(), "layer");
    assert.deepEqual(
      [shown(registry), shown(near), shown(far)],
      [[undefined, BASIC], [undefined], [undefined]],
    );
  });

  it("a blob is there where its HEAD leads to the storage", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const headers = { location: "https://storage.invalid/blob" };
      const registry = await start({ [`HEAD /v2/acme/web/blobs/${layer.digest}`]: { status, headers } });
      assert.equal(await repository(registry).hasBlob(layer.digest), true, String(status));
    }
  });

  it("a manifest is followed to another registry", async () => {
    const found = { headers: { "docker-content-digest": layer.digest } };
    const other = await start({ "HEAD /v2/mirror/manifests/1": found });
    const location = `${other.url}/v2/mirror/manifests/1`;
    const registry = await start({ "HEAD /v2/acme/web/manifests/1": { status: 307, headers: { location } } });
    assert.equal(await repository(registry).digest("1"), layer.digest);
  });

  it("fails where it is without TLS on another machine, and says what to do", async () => {
    const { host } = await start({});
    const name = `${host.replace("127.0.0.1", "0.0.0.0")}/acme/web`;
    await assert.rejects(new Repository(name).digest("1"), {
      name: "UserError",
      message:
        `${name}: the registry cannot be used, got plain http where https was asked for for HEAD ` +
        "/v2/acme/web/manifests/1. Give it a certificate: only registries on this machine are asked without TLS, as by " +
        "builders and hosts",
    });
  });

  it("fails on redirects that do not end", async () => {
    const headers = { location: "/v2/acme/web/manifests/1" };
    const registry = await start({ "GET /v2/acme/web/manifests/1": { status: 302, headers } });
    await assert.rejects(repository(registry).manifest("1"), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /got more than 5 redirects for GET/);
      return true;
    });
    assert.equal(registry.asked.length, 6);
  });
});
