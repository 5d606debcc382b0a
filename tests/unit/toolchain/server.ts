import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { KeyAndCertificate } from "../../certificate.ts";

/** A local HTTP server: where it is, and what it was asked for so far. */
export interface TestServer {
  url: string;
  asked: string[];
  requests: IncomingMessage[];
  close(): Promise<void>;
}

/**
 * Starts a server on a port of its own, which is a host not yet asked in this run. With a certificate, which is for
 * 0.0.0.0, it speaks https, and its address is one of this machine that does not look like it.
 */
export async function serve(listener: RequestListener, tls?: KeyAndCertificate): Promise<TestServer> {
  const [asked, requests]: [string[], IncomingMessage[]] = [[], []];
  const answer: RequestListener = (request, response) => {
    asked.push(request.url ?? "");
    requests.push(request);
    listener(request, response);
  };
  const server = tls ? createTlsServer({ ...tls, cert: tls.certificate }, answer) : createServer(answer);
  await listening(server);
  return {
    url: tls ? addressOf(server).replace("http://127.0.0.1", "https://0.0.0.0") : addressOf(server),
    asked,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Starts a server that answers a path with what is given for it, else with 404. */
export function serveFiles(files: Record<string, string | Buffer>): Promise<TestServer> {
  return serve((request, response) => {
    const content = files[request.url ?? ""];
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
}

/** Waits until the server listens on a free port. */
export async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
}

/** Where a listening server is. */
export function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a release would publish as the checksum of this content. */
export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
