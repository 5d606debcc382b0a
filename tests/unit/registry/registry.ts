import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { KeyAndCertificate } from "../../certificate.ts";
import { type TestServer, serve } from "../toolchain/server.ts";

/** What a test's registry answers. */
export interface Reply {
  status?: number;
  headers?: Record<string, string | undefined>;
  body?: string | Buffer;
}

/** By method and path, as in "HEAD /v2/acme/web/manifests/1"; a function for what depends on the request. */
export type Replies = Record<string, Reply | ((request: IncomingMessage) => Reply)>;

/** A registry on loopback that answers what it is told to, and 404 to the rest. */
export interface TestRegistry extends TestServer {
  /** As it stands in an image's name. */
  host: string;
}

/** Starts one; what `replies` has can be added later, when its address is known. */
export async function startRegistry(replies: Replies, tls?: KeyAndCertificate): Promise<TestRegistry> {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const [path = ""] = (request.url ?? "").split("?");
    const reply = replies[`${request.method} ${path}`] ?? { status: 404 };
    const { status = 200, headers = {}, body = "" } = typeof reply === "function" ? reply(request) : reply;
    request.resume().on("end", () => response.writeHead(status, headers).end(body));
  };
  const server = await serve(answer, tls);
  return { ...server, host: new URL(server.url).host };
}

/** The digest of a text. */
export function digestOf(text: string | Buffer): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** An image of one platform without layers, as its manifest and configuration. */
export function testImage(config = '{"os":"linux","architecture":"amd64"}') {
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = JSON.stringify({
    ...{ schemaVersion: 2, mediaType, layers: [] },
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: digestOf(config),
      size: config.length,
    },
  });
  return { manifest, config, digest: digestOf(manifest), configDigest: digestOf(config), mediaType };
}
