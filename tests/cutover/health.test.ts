import assert from "node:assert/strict";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { Bench, type CutoverOptions } from "./bench.ts";

/**
 * A shell function that answers each connection with what commands print, which find the request's lines in /tmp/asked.
 */
const REPLY = String.raw`reply() {
  {
    echo 'while IFS= read -r line && [ "$\{line%?}" ]; do echo "$\{line%?}"; done >/tmp/asked'
    echo "$1"
  } >/tmp/reply
  while :; do nc -l -p 8000 -e sh /tmp/reply; done
}
`.replaceAll("$\\{", "${");
/** A container's commands that answer each request so. */
const reply = (commands: string) => `${REPLY} reply '${commands}'`;
const OK = String.raw`printf "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew"`;

describe("the cutover script, by what it finds a new container healthy", function () {
  this.timeout(INSTALL_TIMEOUT);
  const SERVICE = "web";
  let bench: Bench;
  let old: string;
  before(async () => {
    bench = await Bench.up("health", 7004);
    old = await bench.make(SERVICE, "serve old");
    assert.equal((await bench.run({ SERVICE, NEW: old })).code, 0);
  });
  after(async () => {
    await bench.down();
  });

  /** The new one does not take over, in the old one's place either, and the old one was not touched. */
  const refused = async (
    NEW: string,
    how: Partial<CutoverOptions>,
    ...why: readonly RegExp[]
  ): Promise<void> => {
    const { code, text } = await bench.run({ SERVICE, NEW, START_TIMEOUT: 2, ...how });
    assert.equal(code, 1, text);
    for (const pattern of why) assert.match(text, pattern);
    assert.equal(await bench.answer(), "old");
    await bench.remove(NEW);
  };
  /** The new one takes over, and is the old one from then on. */
  const accepted = async (NEW: string, how: Partial<CutoverOptions>): Promise<void> => {
    const { code, text } = await bench.run({ SERVICE, NEW, ...how });
    assert.equal(code, 0, text);
    await bench.remove(old);
    old = await bench.make(SERVICE, "serve old");
    assert.equal((await bench.run({ SERVICE, NEW: old })).code, 0);
    await bench.remove(NEW);
  };
  const ports = { HEALTH: "image", HEALTH_ARG: "8000" } as const;

  it("without health: waits until the port takes a connection, and names one that does not", async () => {
    const late = await bench.make(SERVICE, "sleep 4; serve new");
    await accepted(late, ports);
    const port = /^web: .* within 2 s: nothing takes connections from outside the container on port 8000$/m;
    await refused(await bench.make(SERVICE, "httpd -f -p 127.0.0.1:8000"), ports, port);
    const several = { ...ports, HEALTH_ARG: "9000 9001" };
    await refused(await bench.make(SERVICE, "serve new"), several, /on port 9000 or 9001$/m);
    await accepted(await bench.make(SERVICE, "serve new"), { ...ports, HEALTH_ARG: "9000 8000" });
  });

  it("without health and without an edge: goes by the sockets that listen in the container", async () => {
    // No edge has these labels.
    const away = { ...ports, STACK: "edgeless", ROUTE: "" };
    await refused(await bench.make(SERVICE, "httpd -f -p 127.0.0.1:8000"), away, /on port 8000$/m);
    const { code, text } = await bench.run({
      SERVICE,
      NEW: await bench.make(SERVICE, "serve new"),
      ...away,
    });
    assert.equal(code, 0, text);
  });

  it("without health: asks what the image's HEALTHCHECK asks, at once, and says what that has said", async () => {
    const check = (command: string) => ["--health-cmd", command, "--health-interval", "1h"];
    const ready = await bench.make(SERVICE, "sleep 2; echo 'as it'\\''s' >/tmp/ready; serve new", {
      args: check(`grep -q "as it's" /tmp/ready`),
    });
    await accepted(ready, ports);
    const never = await bench.make(SERVICE, "serve new", { args: check("echo no table; exit 3") });
    await refused(never, ports, /within 2 s: its health command failed with exit code 3: no table$/m);
    const off = await bench.make(SERVICE, "serve new", { args: ["--no-healthcheck"] });
    await accepted(off, ports);
  });

  it("by path: asks as a client of the edge would, and says the status", async () => {
    const strict = reply(String.raw`grep -qx "Host: web.example.org" /tmp/asked &&
      grep -qx "X-Forwarded-Proto: https" /tmp/asked || exec printf "HTTP/1.1 400 Bad Request\r\n\r\n"
      ${OK}`);
    const path = { HEALTH: "path", HEALTH_ARG: "/up?a=b&c" } as const;
    await accepted(await bench.make(SERVICE, strict), { ...path, ORIGIN: "https://web.example.org" });
    const said = (answered: string) => new RegExp(`within 2 s: /up\\?a=b&c on port 8000 ${answered}$`, "m");
    await refused(await bench.make(SERVICE, strict), path, said("was answered 400 Bad Request"));
    await refused(await bench.make(SERVICE, reply("sleep 60")), path, said("was not answered within 2 s"));
    await refused(await bench.make(SERVICE, reply("echo hello")), path, said("was answered with no HTTP"));
  });

  it("by path: takes a redirection for an answer, wherever it leads", async () => {
    const location = "Location: https://nowhere.invalid/";
    const away = reply(String.raw`printf "HTTP/1.1 301 Moved Permanently\r\n${location}\r\n\r\n"`);
    await accepted(await bench.make(SERVICE, away), {});
  });

  it("refuses a volume that only the image declares, before the old one is stopped", async () => {
    const started = () => bench.must("docker", "inspect", "--format", "{{.State.StartedAt}}", old);
    const before = await started();
    // A mount above it is none on it.
    const args = ["--volume", "/var/lib/data", "--volume", "health-above:/var/lib"];
    const NEW = await bench.make(SERVICE, "serve new", { args });
    const expected =
      /web: the image declares a volume at \/var\/lib\/data and nothing is mounted there.* target: "\/var\/lib\/data"/;
    await refused(NEW, { ORDER: "stop-first" }, expected);
    assert.equal(await started(), before);
    await bench.must("docker", "volume", "rm", "health-above");
  });

  it("says what to set for an image whose own init must be process 1", async () => {
    const dies = 'echo "s6-overlay-suexec: fatal: can only run as pid 1"; exit 100';
    await refused(
      await bench.make(SERVICE, dies),
      {},
      /^its image's own init must be process 1: set init: false for web/m,
    );
  });

  it("says what to set for what ends by itself", async () => {
    const said = /^it ended with 0: if that is what it is for, as a job's is, set restart: "no" for web/m;
    await refused(await bench.make(SERVICE, "exit 0"), {}, said);
    const NEW = await bench.make(SERVICE, "exit 1");
    assert.doesNotMatch((await bench.run({ SERVICE, NEW })).text, /ended with 0/);
    await bench.remove(NEW);
  });

  it("says what to set for a service that is closed, and needs more than it has", async () => {
    const closed = ["--read-only", "--cap-drop", "ALL"];
    const refusedFor = async (body: string, said: RegExp, args = closed) => {
      await refused(await bench.make(SERVICE, `${body} && serve new`, { args }), {}, said);
    };
    await refusedFor(
      "touch /state",
      /^it writes to its root, which is closed: give web a volume or a tmpfs there, or set/m,
    );
    const denied =
      /^it was refused something, as it has no capabilities and may not be root: .* hardened: false for web/m;
    await refusedFor("chown 1:1 /etc/hosts", denied, ["--cap-drop", "ALL"]);
    const open = await bench.make(SERVICE, "echo Permission denied; exit 1");
    const { text } = await bench.run({ SERVICE, NEW: open });
    assert.doesNotMatch(text, /hardened: false/);
    await bench.remove(open);
  });

  it("leaves alone what goes on under another name of the same host", async () => {
    const NEW = await bench.make(SERVICE, "serve new", { host: "renamed" });
    assert.equal((await bench.run({ SERVICE, NEW, HOST: "renamed" })).code, 0);
    assert.equal((await bench.run({ SERVICE, NEW: old }, "down")).code, 0);
    assert.equal(await bench.answer(), "new");
    assert.equal(await bench.state(NEW), "running always");
  });
});
