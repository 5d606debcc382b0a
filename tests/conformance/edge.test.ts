import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { connect } from "node:http2";
import bcrypt from "bcryptjs";
import type { Service } from "../../model/catalogue/service.ts";
import { PLAIN } from "../unit/model/edge/edges.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { RealEdge } from "./edge.ts";

const MANY = Array.from({ length: 12 }, (_, index) => `name-${index}.example.org`);
const SERVICES: Service[] = [
  { name: "web", http: { port: 1, domains: ["www.org", ...MANY], redirectFrom: ["old.org"] } },
  { name: "anywhere", http: { port: 1, path: "/a/longer/path/than/most/lists/of/names" } },
  { name: "api", http: { port: 1, domains: ["www.org"], path: "/api" } },
  {
    name: "admin",
    http: { port: 1, domains: ["www.org"], path: "/admin", basicAuth: "users", userHeader: "Remote-User" },
  },
  { name: "limited", http: { port: 1, domains: ["limited.org"], rateLimit: { average: 1, burst: 2 } } },
  {
    name: "closed",
    http: { port: 1, domains: ["closed.org"], basicAuth: "users", guardInside: true },
  },
  { name: "grpc", http: { port: 1, domains: ["grpc.org"], protocol: "h2c" } },
];
const FLEET = { localAddress: "127.1.128.7" };
const PROXY = { localAddress: "127.2.0.1" };

describe("a real Traefik with the edge's settings", function () {
  this.timeout(INSTALL_TIMEOUT);
  const edge = new RealEdge();
  const authorization = `Basic ${Buffer.from("ann:open sesame").toString("base64")}`;
  const asUser = { headers: { Authorization: authorization } };

  before(async () => {
    const trusting = { ...PLAIN, trustedProxies: ["127.2.0.0/16"] };
    await edge.start(trusting, SERVICES, [`ann:${bcrypt.hashSync("open sesame", 4)}`]);
  });

  after(() => {
    edge.stop();
  });

  it("gives a path to the service with the longer one, however many names another has", async () => {
    const asked = async (host: string, path: string) => (await edge.ask("public", host, path)).service;
    assert.equal(await asked("www.org", "/"), "web");
    assert.equal(await asked("www.org", "/api/x"), "api");
    assert.equal(await asked("name-3.example.org", "/api/x"), "web");
    const anywhere = "/a/longer/path/than/most/lists/of/names";
    assert.equal(await asked("www.org", anywhere), "web");
    assert.equal(await asked("else.org", anywhere), "anywhere");
  });

  it("passes encoded characters of a path on as they are, outside and inside, and null to nobody", async () => {
    for (const path of [
      "/a%2Fb",
      "/a%23b",
      "/a%25b",
      "/a%3Bb",
      "/a;b",
      "/a%3Fb",
      "/a%5Cb",
      "/api/%2Fb%2F%2Fc",
      "/a%20b",
    ]) {
      assert.equal((await edge.ask("public", "www.org", path)).url, path);
      assert.equal((await edge.ask("internal", "web", path, FLEET)).url, path);
    }
    assert.equal((await edge.ask("public", "www.org", "/?a=%2F&b=1%3B2")).url, "/?a=%2F&b=1%3B2");
    // Not "&", which would be another parameter.
    assert.equal((await edge.ask("public", "www.org", "/?a=1;b")).url, "/?a=1%3Bb");
    assert.equal((await edge.ask("public", "www.org", "/a%00b")).status, 400);
  });

  it("lets nobody around a path with a password, however it is spelled", async () => {
    const plain = [
      "/admin",
      "/admin/x",
      "//admin",
      "/./admin",
      "/x/../admin",
      "/%61dmin",
      "/x/%2e%2e/admin",
      "/admin%2Fx",
    ];
    for (const path of plain) assert.equal((await edge.ask("public", "www.org", path)).status, 401, path);
    const odd = [
      "/%2Fadmin",
      "/.%2Fadmin",
      "/x/..%2Fadmin",
      "/x%2F..%2Fadmin",
      "/x%2F../admin",
      "/x/..%5Cadmin",
      "/%5Cadmin",
    ];
    for (const path of odd) {
      const { status, service } = await edge.ask("public", "www.org", path);
      assert.ok(service === "" && (status === 400 || status === 401), `${path}: ${status} ${service}`);
    }
    // Where no service has a password, a path is the application's own to judge.
    assert.equal((await edge.ask("public", "name-3.example.org", "/x/..%2Fy")).url, "/x/..%2Fy");
  });

  it("keeps a password to itself, and says who has come in where that is wanted", async () => {
    const headers = { ...asUser.headers, "Remote-User": "root", Remote_User: "root" };
    const asked = await edge.ask("public", "www.org", "/admin", { headers });
    assert.equal(asked.status, 200);
    assert.deepEqual(named(asked.headers, /^(authorization|remote)/i), { "Remote-User": "ann" });
    const inside = await edge.ask("internal", "admin", "/admin", { ...FLEET, headers });
    // From another service it may be a word for the application itself.
    assert.deepEqual(named(inside.headers, /^(authorization|remote)/i), { Authorization: authorization });
  });

  it("never has a file's time in an image taken for its age, and leaves other times to the application", async () => {
    const SEEN = {
      ...{ known: [1981, 1989, 1990, 1994], partlyKnown: [1995, 1999] },
      others: [1980, 2000, 2026],
    };
    const passed = async (year: number, where: "public" | "internal", from: object) => {
      const host = where === "public" ? "www.org" : "web";
      const date = new Date(Date.UTC(year, 3, 1, 19, 58, 1)).toUTCString();
      const headers = {
        "If-Modified-Since": date,
        "If-None-Match": '"1-2"',
        "X-Forwarded-For": "198.51.100.1",
      };
      const { status, headers: got } = await edge.ask(where, host, "/", { ...from, headers });
      assert.equal(status, 200);
      return Object.keys(named(got, /^if-/i)).sort();
    };
    for (const [where, from] of [
      ["public", {}],
      ["public", PROXY],
      ["internal", FLEET],
    ] as const) {
      for (const year of SEEN.known) assert.deepEqual(await passed(year, where, from), ["If-None-Match"]);
      for (const year of SEEN.partlyKnown) assert.deepEqual(await passed(year, where, from), []);
      for (const year of SEEN.others)
        assert.deepEqual(await passed(year, where, from), ["If-Modified-Since", "If-None-Match"]);
    }
    // The password is asked for as before.
    const headers = { "If-Modified-Since": "Mon, 02 Jan 1984 00:00:00 GMT" };
    assert.equal((await edge.ask("public", "www.org", "/admin", { headers })).status, 401);
  });

  it("asks other services too where the service says so", async () => {
    assert.equal((await edge.ask("internal", "closed", "/", FLEET)).status, 401);
    assert.equal((await edge.ask("internal", "closed", "/", { ...FLEET, ...asUser })).service, "closed");
  });

  it("answers by a service's name to the fleet's containers alone", async () => {
    assert.equal((await edge.ask("internal", "web", "/", FLEET)).service, "web");
    for (const localAddress of ["127.1.0.1", "127.0.0.1", "127.2.0.1"])
      assert.equal((await edge.ask("internal", "web", "/", { localAddress })).status, 404, localAddress);
    assert.equal((await edge.ask("public", "web", "/", FLEET)).status, 404);
  });

  it("takes off what a client says of itself, in any spelling, and believes a proxy that is named", async () => {
    const headers = {
      ...{ "X-Forwarded-For": "198.51.100.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "bank.org" },
      ...{ X_Forwarded_For: "198.51.100.9", "X-Forwarded_Proto": "https", "X-Real-Ip": "198.51.100.9" },
    };
    const told = async (from: object) =>
      named(
        (await edge.ask("public", "www.org", "/", { ...from, headers })).headers,
        /^x.(forwarded.(for|proto|host)|real.ip)$/i,
      );
    assert.deepEqual(await told({}), {
      ...{ "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "www.org" },
      "X-Real-Ip": "127.0.0.1",
    });
    assert.deepEqual(await told(PROXY), {
      ...{ "X-Forwarded-For": "198.51.100.9, 127.2.0.1", "X-Forwarded-Proto": "https" },
      ...{ "X-Forwarded-Host": "bank.org", "X-Real-Ip": "198.51.100.9" },
    });
  });

  it("counts each sender behind a trusted proxy by itself, and an address that is none as one", async () => {
    const refused = async (from: object, senders: readonly string[]) => {
      const asked = senders.map((sender) =>
        edge.ask("public", "limited.org", "/", { ...from, headers: { "X-Forwarded-For": sender } }),
      );
      return (await Promise.all(asked)).filter(({ status }) => status === 429).length;
    };
    const many = Array.from({ length: 20 }, (_, index) => `198.51.100.${index}`);
    assert.equal(await refused(PROXY, many), 0);
    assert.ok(
      (await refused(
        PROXY,
        Array.from({ length: 20 }, () => "203.0.113.1"),
      )) > 0,
    );
    // Before the client stands whoever it says: the proxy saw who it is.
    assert.ok(
      (await refused(
        PROXY,
        many.map((forged) => `${forged}, 203.0.113.2`),
      )) > 0,
    );
    assert.ok((await refused({ localAddress: "127.3.0.1" }, many)) > 0);
  });

  it("speaks HTTP/2 to a service that speaks nothing else, with what is said after the body", async () => {
    for (const [port, host, localAddress] of [
      [edge.ports.public, "grpc.org", "127.0.0.1"],
      [edge.ports.internal, "grpc", FLEET.localAddress],
    ] as const) {
      const session = connect(`http://127.0.0.1:${port}`, { localAddress } as object);
      const stream = session.request({ ":path": "/pkg.Service/Do", ":authority": host, te: "trailers" });
      const [body, status] = await new Promise<[string, unknown]>((resolve, reject) => {
        let received = "";
        let trailer: unknown;
        stream.on("data", (data: Buffer) => (received += data.toString()));
        stream.on("trailers", (trailers: IncomingHttpHeaders) => (trailer = trailers["grpc-status"]));
        stream.on("error", reject).on("end", () => {
          resolve([received, trailer]);
        });
      });
      session.close();
      assert.match(body, /"service":"grpc","url":"\/pkg\.Service\/Do"/);
      assert.equal(status, "0");
    }
  });
});

function named(headers: Readonly<Record<string, string>>, name: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => name.test(key)));
}
