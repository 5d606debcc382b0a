import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { Repository } from "../../../registry/client.ts";
import { findImages } from "../../../registry/lookup.ts";
import { type Replies, type TestRegistry, digestOf, startRegistry } from "./registry.ts";

const MANIFESTS = "/v2/acme/web/manifests";
const account = { user: "ann", token: "secret" };

describe("a repository that is not there yet", () => {
  const started: TestRegistry[] = [];
  afterEach(() => Promise.all(started.splice(0).map((registry) => registry.close())));

  /** A registry that gives tokens to anybody, and refuses with that status what is asked for with one. */
  async function refusing(
    status: number,
    token: { status?: number; body?: string } = { body: '{"token":"t"}' },
  ) {
    const body = '{"errors":[{"code":"DENIED"}]}';
    const replies: Replies = { "GET /token": token };
    const registry = await startRegistry(replies);
    started.push(registry);
    const challenge = { "www-authenticate": `Bearer realm="${registry.url}/token",service="s"` };
    const refuse = ({ headers }: { headers: { authorization?: string | undefined } }) =>
      headers.authorization === undefined
        ? { status: 401, headers: challenge }
        : { status, headers: challenge, body };
    for (const path of [`${MANIFESTS}/1`, `/v2/acme/web/blobs/${digestOf("")}`])
      for (const method of ["GET", "HEAD"]) replies[`${method} ${path}`] = refuse;
    return { registry, replies, refuse, repository: new Repository(`${registry.host}/acme/web`, account) };
  }

  for (const status of [401, 403])
    it(`is none where the registry answers ${status}, as Docker Hub, Quay and GHCR do`, async () => {
      const { repository } = await refusing(status);
      assert.equal(await repository.digest("1"), undefined);
      assert.equal(await repository.manifest("1"), undefined);
      assert.equal(await repository.hasBlob(digestOf("")), false);
      assert.equal(await repository.pullLimit("1"), undefined);
      assert.match(repository.refusal ?? "", new RegExp(`^${status}`));
    });

  it("is none where no token is given for it", async () => {
    const { repository } = await refusing(401, { status: 403, body: "denied" });
    assert.equal(await repository.digest("1"), undefined);
    assert.equal(repository.refusal, "403 denied");
  });

  it("is missing for a promotion, which says what the registry said", async () => {
    const { registry } = await refusing(403);
    const images = [{ name: "web", reference: "1" }];
    const { found, missing } = await findImages(images, [{ registry: `${registry.host}/acme`, account }]);
    assert.deepEqual([...found], []);
    assert.match(
      missing[0] ?? "",
      /^services\/web: not built yet: no .*\/acme\/web:1; .* says 403: it may be there/,
    );
  });

  it("is made by a push, whose token is for that", async () => {
    const { registry, replies, repository, refuse } = await refusing(401);
    assert.equal(await repository.digest("1"), undefined);
    replies["POST /v2/acme/web/blobs/uploads/"] = (request) =>
      request.headers.authorization === "Bearer t"
        ? { status: 202, headers: { location: "/up" } }
        : refuse(request);
    replies["PUT /up"] = { status: 201 };
    await repository.putBlob({ mediaType: "", digest: digestOf(""), size: 0 }, Readable.from([]));
    const scopes = registry.asked.flatMap((url) => new URLSearchParams(url.split("?")[1]).get("scope") ?? []);
    assert.ok(scopes.includes("repository:acme/web:pull,push"), scopes.join());
  });

  it("is no excuse for a login that is refused", async () => {
    const { repository } = await refusing(401, { status: 401, body: "bad password" });
    await assert.rejects(repository.digest("1"), {
      name: "UserError",
      message: /got 401 bad password for GET \/token/,
    });
    const { replies, registry } = await refusing(401);
    replies[`HEAD ${MANIFESTS}/1`] = { status: 401, headers: { "www-authenticate": 'Basic realm="r"' } };
    await assert.rejects(new Repository(`${registry.host}/acme/web`, account).digest("1"), {
      name: "UserError",
      message: /got 401, the login of "ann" is refused, for HEAD/,
    });
  });

  it("fails where a login is wanted and none is stored", async () => {
    const { registry, replies } = await refusing(401);
    replies[`HEAD ${MANIFESTS}/1`] = { status: 401, headers: { "www-authenticate": 'Basic realm="r"' } };
    await assert.rejects(new Repository(`${registry.host}/acme/web`).digest("1"), {
      name: "UserError",
      message: new RegExp(`no login is stored. Run: docker login ${registry.host}`),
    });
  });

  it("fails where the registry is not well", async () => {
    for (const status of [429, 500, 502]) {
      const { repository } = await refusing(status);
      await assert.rejects(repository.digest("1"), {
        name: "UserError",
        message: new RegExp(`got ${status}`),
      });
    }
  });
});
