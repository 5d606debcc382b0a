import { type IncomingHttpHeaders, type IncomingMessage, request as ask } from "node:http";
import { type RequestOptions, request as askSecurely } from "node:https";
import { text } from "node:stream/consumers";
import { TLSSocket } from "node:tls";

/** What a request may be besides a GET that trusts nobody in particular. */
export type Asking = Pick<RequestOptions, "method" | "headers" | "ca" | "servername" | "timeout">;

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

  /** What Node's own functions need to ask so. */
  options(asking: Asking): RequestOptions {
    return {
      ...asking,
      agent: false,
      // What Node takes from `lookup` depends on whether it wants all addresses.
      lookup: (_name, { all }, found) => {
        if (all) found(null, [{ address: this.address, family: 4 }]);
        else found(null, this.address, 4);
      },
    };
  }

  /** The answer as soon as its headers are there. */
  async start(url: string, asking: Asking = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = (url.startsWith("https:") ? askSecurely : ask)(url, this.options(asking));
      request.on("timeout", () => request.destroy(new Error(`${url}: no answer`)));
      request.on("response", resolve).on("error", reject).end();
    });
  }

  async get(url: string, asking: Asking = {}): Promise<Answer> {
    const message = await this.start(url, asking);
    const body = await text(message);
    return { status: message.statusCode ?? 0, headers: message.headers, body };
  }

  /** Fingerprint of the certificate that is shown to those who trust `ca`. */
  async fingerprint(url: string, ca: string): Promise<string> {
    const message = await this.start(url, { ca });
    const { socket } = message;
    message.resume();
    if (!(socket instanceof TLSSocket)) throw new Error(`${url}: has no certificate`);
    return socket.getPeerCertificate().fingerprint256;
  }
}
