import assert from "node:assert/strict";
import { openStore } from "../../../backups/store.ts";
import { type TestServer, serve } from "../toolchain/server.ts";

const VARIABLES = ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"];

describe("a bucket", () => {
  const environment = VARIABLES.map((name) => [name, process.env[name]] as const);
  let server: TestServer;
  before(async () => {
    const empty = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
    server = await serve((_, response) => response.end(empty));
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      AWS_REGION: "us-east-1",
    });
  });
  after(async () => {
    for (const [name, value] of environment)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    await server.close();
  });

  const warned = async (endpoint: string) => {
    process.env.AWS_ENDPOINT_URL = endpoint;
    const lines: string[] = [];
    const store = await openStore("s3://safe", (line) => lines.push(line));
    assert.deepEqual([await store.list("a"), await store.list("b")], [[], []]);
    return lines;
  };

  it("is warned of once where it is asked without TLS", async () => {
    assert.deepEqual(await warned(server.url.replace("127.0.0.1", "0.0.0.0")), [
      "http://0.0.0.0: backups are sent without TLS, so whoever is on the way can read them, secrets of the service too. " +
        "Give AWS_ENDPOINT_URL an https address",
    ]);
  });

  it("is none to warn of on this machine", async () => {
    assert.deepEqual(await warned(server.url), []);
  });
});
