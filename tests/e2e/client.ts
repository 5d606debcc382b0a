import { randomBytes } from "node:crypto";
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request as ask,
} from "node:http";
import { request as askSecurely } from "node:https";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { TLSSocket } from "node:tls";

/** What a request may be besides a GET that trusts nobody in particular. */
export interface Asking {
  method?: string;
  headers?: Record<string, string>;
  /** PEM of the authorities that are believed. */
  ca?: string;
}

/** An answer, read to its end. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Asks by any host name for what is at one address, as if DNS led there, each time on a connection of its own. */
export class Client {
  private readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  private open(url: string, asking: Asking) {
    const options: RequestOptions & { ca?: string } = {
      ...asking,
      agent: false,
      // What Node takes from `lookup` depends on whether it wants all addresses.
      lookup: (_name, { all }, found) => {
        if (all) found(null, [{ address: this.address, family: 4 }]);
        else found(null, this.address, 4);
      },
    };
    return (url.startsWith("https:") ? askSecurely : ask)(url, options);
  }

  /** The answer as soon as its headers are there. */
  async start(url: string, asking: Asking = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      this.open(url, asking).on("response", resolve).on("error", reject).end();
    });
  }

  async get(url: string, asking: Asking = {}): Promise<Answer> {
    const message = await this.start(url, asking);
    const body = await text(message);
    return { status: message.statusCode ?? 0, headers: message.headers, body };
  }

  /** Who the server's certificate says has issued it. */
  async issuer(url: string, ca: string): Promise<string> {
    const message = await this.start(url, { ca });
    message.resume();
    return (message.socket as TLSSocket).getPeerCertificate().issuer.CN?.toString() ?? "";
  }

  /** A websocket that has been opened. */
  async websocket(url: string, asking: Asking): Promise<Socket> {
    const key = randomBytes(16).toString("base64");
    const upgrade = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" };
    return new Promise((resolve, reject) => {
      this.open(url, { ...asking, headers: { ...upgrade, "Sec-WebSocket-Key": key } })
        .on("upgrade", (_message, socket) => {
          resolve(socket as Socket);
        })
        .on("response", ({ statusCode }) => {
          reject(new Error(`no websocket, got ${statusCode}`));
        })
        .on("error", reject)
        .end();
    });
  }
}

/** Sends a short text over a websocket and gives the text of the next frame, as long as it comes in one piece. */
export async function exchange(socket: Socket, message: string): Promise<string> {
  const mask = randomBytes(4);
  const payload = Buffer.from(message).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  const answer = new Promise<Buffer>((resolve) => socket.once("data", resolve));
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, payload]));
  return (await answer).subarray(2).toString();
}
