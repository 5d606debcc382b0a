import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type RequestOptions, createServer, request } from "node:http";
import { createServer as createServer2 } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { until } from "../../lab/wait.ts";
import type { Service } from "../../model/catalogue/service.ts";
import { routeName } from "../../model/edge/names.ts";
import { routeFile } from "../../model/edge/route.ts";
import { type Edge, edgeCommand, inside } from "../../model/edge/traefik.ts";
import { subnetOf } from "../../model/host/subnet.ts";
import { install } from "../../toolchain/install.ts";

/** What a service was asked, as it says itself. */
export interface Asked {
  status: number;
  /** Name of the service that answered; empty: none of them. */
  service: string;
  url: string;
  headers: Record<string, string>;
}

const OWNER = { project: "slipway", stack: "dev" };
/** Addresses of this machine that stand for the fleet's network: every one of 127.0.0.0/8 is its own. */
const SUBNET = subnetOf("127.1.0.0/16");

/** Traefik as the edge's container runs it, with servers that say what they were asked, all on this machine. */
export class RealEdge {
  readonly ports = { public: 0, internal: 0 };
  private readonly folder = mkdtempSync(join(tmpdir(), "slipway-edge-"));
  private readonly servers: Server[] = [];
  private traefik: ChildProcess | undefined;
  private log = "";

  /** @param services the routes come live in this order */
  async start(edge: Edge, services: readonly Service[], users: readonly string[]): Promise<void> {
    const routes = join(this.folder, "routes");
    mkdirSync(routes);
    const [middlewares = "", , ...args] = edgeCommand(edge);
    writeFileSync(join(routes, "edge.middlewares.yml"), middlewares);
    for (const service of services) {
      const { protocol = "http" } = service.http ?? {};
      const url = `${protocol}://127.0.0.1:${await this.serve(service)}`;
      const file = routeFile(service, { domain: undefined, edge, owner: OWNER, subnet: SUBNET }, users);
      const maintenance = `${routeName(OWNER, service.name)}_maintenance`;
      const open = { http: { middlewares: { [maintenance]: { chain: { middlewares: [] } } } } };
      writeFileSync(join(routes, `${service.name}.maintenance.yml`), JSON.stringify(open));
      writeFileSync(
        join(routes, `${service.name}.yml`),
        file.replace('"@SERVERS@"', JSON.stringify([{ url }])),
      );
    }
    this.ports.public = await this.free();
    this.ports.internal = await this.free();
    const api = await this.free();
    // Only where it listens is other than in the container.
    const here = args.map((word) =>
      word
        .replace(`address=:${inside.httpPort}`, `address=:${this.ports.public}`)
        .replace("internal.address=:80", `internal.address=:${this.ports.internal}`)
        .replace("127.0.0.1:8080", `127.0.0.1:${api}`)
        .replace(`directory=${inside.routes}`, `directory=${routes}`),
    );
    const tools = await install(["traefik"], (line) => process.stderr.write(`      ${line}\n`));
    this.traefik = spawn(tools.traefik, here, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.traefik.stdout, this.traefik.stderr])
      stream?.on("data", (data: Buffer) => (this.log += data.toString()));
    const last = services.at(-1)?.name ?? "";
    const live = () =>
      this.send(api, `/api/http/services/${routeName(OWNER, last)}@file`).then(
        ({ status }) => status === 200,
        () => false,
      );
    await until(live, 30, () => `the edge has no route:\n${this.log}`);
  }

  stop(): void {
    this.traefik?.kill();
    for (const server of this.servers) server.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Asks at an entry point, the path as it is. */
  async ask(
    entryPoint: "public" | "internal",
    host: string,
    path: string,
    options: Omit<RequestOptions, "headers"> & { headers?: Record<string, string> } = {},
  ): Promise<Asked> {
    const headers = { ...options.headers, Host: host };
    const { status, body } = await this.send(this.ports[entryPoint], path, { ...options, headers });
    const said = body.startsWith("{") ? (JSON.parse(body) as Omit<Asked, "status">) : undefined;
    return { status, ...(said ?? { service: "", url: "", headers: {} }) };
  }

  private send(port: number, path: string, options: RequestOptions = {}) {
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sent = request({ ...options, host: "127.0.0.1", port, path, agent: false }, (message) => {
        text(message).then((body) => {
          resolve({ status: message.statusCode ?? 0, body });
        }, reject);
      });
      sent.on("error", reject).end();
    });
  }

  /** A server that says what it was asked. */
  private async serve({ name, http }: Service): Promise<number> {
    const answer = (url = "", raw: object) => JSON.stringify({ service: name, url, headers: raw });
    if (http?.protocol !== "h2c")
      return this.listen(
        createServer((asked, reply) => {
          const { rawHeaders } = asked;
          const pairs = rawHeaders.flatMap((key, index) => (index % 2 ? [] : [[key, rawHeaders[index + 1]]]));
          reply.end(answer(asked.url, Object.fromEntries(pairs) as object));
        }),
      );
    const server = createServer2();
    server.on("stream", (stream, headers) => {
      // As gRPC does: how it went is said after the body.
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.on("wantTrailers", () => {
        stream.sendTrailers({ "grpc-status": "0" });
      });
      stream.end(answer(headers[":path"], {}));
    });
    return this.listen(server);
  }

  private async listen(server: Server): Promise<number> {
    this.servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return (server.address() as AddressInfo).port;
  }

  private async free(): Promise<number> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, done));
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    return port;
  }
}
