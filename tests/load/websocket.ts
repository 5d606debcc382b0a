import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, get } from "node:http";
import { type RequestOptions, get as getSecurely } from "node:https";
import type { Socket } from "node:net";

const TEXT = 0x81;
const CLOSE = 0x88;

/** A websocket from the outside, just enough of RFC 6455 to see how it ends: short frames, each in one piece. */
export class WebSocketProbe {
  private readonly socket: Socket;
  private received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
  }

  static async open(url: string, options: RequestOptions = {}): Promise<WebSocketProbe> {
    const key = randomBytes(16).toString("base64");
    const upgrade = { connection: "Upgrade", upgrade: "websocket" };
    const headers = { ...upgrade, "sec-websocket-version": "13", "sec-websocket-key": key };
    const request = (url.startsWith("https:") ? getSecurely : get)(url, { ...options, headers });
    request.once("response", ({ statusCode }) => {
      request.destroy(new Error(`${url}: expected 101, got ${statusCode}`));
    });
    const [, socket] = (await once(request, "upgrade")) as [IncomingMessage, Socket];
    return new WebSocketProbe(socket);
  }

  /** Sends a text and gives the one that comes back. */
  async echo(text: string): Promise<string> {
    // Clients must mask; a mask of zeros changes nothing.
    this.socket.write(
      Buffer.concat([Buffer.from([TEXT, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]),
    );
    const { kind, content } = await this.frame();
    if (kind !== TEXT) throw new Error(`expected a text, got a frame of kind ${kind}`);
    return content.toString();
  }

  /** Waits until the other end closes in good order, answers that, and gives its reason: 1001 is "going away". */
  async closed(): Promise<number> {
    const { kind, content } = await this.frame();
    if (kind !== CLOSE) throw new Error(`expected a close, got a frame of kind ${kind}`);
    this.socket.end(Buffer.from([CLOSE, 0x80, 0, 0, 0, 0]));
    return content.readUInt16BE();
  }

  /** Ends the connection from this side. */
  end(): void {
    this.socket.destroy();
  }

  private async frame(): Promise<{ kind: number; content: Buffer }> {
    const whole = () => this.received.length >= 2 && this.received.length >= 2 + (this.received[1] ?? 0);
    while (!whole()) {
      const ended = new AbortController();
      const end = () => {
        ended.abort(new Error("the connection ended without a close frame"));
      };
      this.socket.once("close", end);
      const [data] = (await once(this.socket, "data", { signal: ended.signal })) as [Buffer];
      this.socket.off("close", end);
      this.received = Buffer.concat([this.received, data]);
    }
    const [kind = 0, length = 0] = this.received;
    const content = this.received.subarray(2, 2 + length);
    this.received = this.received.subarray(2 + length);
    return { kind, content };
  }
}
