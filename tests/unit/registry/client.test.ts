import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Repository } from "../../../registry/client.ts";

/** The limit of a registry that answers with these headers, and the requests that it got. */
async function pullLimit(headers: Record<string, string>) {
  const requests: string[] = [];
  const server = createServer(({ method = "", url = "" }, response) => {
    requests.push(`${method} ${url}`);
    response.writeHead(200, headers).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    const { port } = server.address() as AddressInfo;
    return { limit: await new Repository(`127.0.0.1:${port}/acme/web`).pullLimit("sha256:a"), requests };
  } finally {
    server.close();
  }
}

describe("a registry's limit of pulls", () => {
  it("is read from Docker Hub's headers, by a request that does not count as a pull", async () => {
    const headers = { "ratelimit-limit": "100;w=21600", "ratelimit-remaining": "76;w=21600" };
    assert.deepEqual(await pullLimit(headers), {
      limit: { limit: 100, remaining: 76, windowSeconds: 21600 },
      requests: ["HEAD /v2/acme/web/manifests/sha256:a"],
    });
  });

  it("is none without the headers", async () => {
    assert.equal((await pullLimit({})).limit, undefined);
  });
});
