import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "../../model/catalogue/service.ts";
import type { Finding } from "../../model/container/finding.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { BuildFleet } from "./fleet.ts";

/** An image of one command. */
const runs = (name: string, command: string, more: Partial<Service> = {}): Service => ({
  name,
  build: {
    dockerfileInline: `FROM debian:bookworm-slim\nCMD ${JSON.stringify(["sh", "-c", command])}\n`,
  },
  ...more,
});
const LISTEN = `exec perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0); bind(S, sockaddr_in(80, INADDR_ANY)) or die "bind: $!"; sleep'`;

const SERVICES: Service[] = [
  runs("fine", "echo ready; exec sleep infinity"),
  runs("cache", "mkdir -p /var/cache/shop && echo >/var/cache/shop/index && exec sleep infinity"),
  runs("port", LISTEN, { sysctls: { "net.ipv4.ip_unprivileged_port_start": 1024 } }),
  runs("owner", "touch /tmp/mine && chown 65534 /tmp/mine && exec sleep infinity"),
  runs("alone", "echo 'no database'; exit 3"),
  runs("careless", "touch /etc/seen 2>/dev/null; exec sleep infinity"),
  { ...runs("open", "exit 1"), hardened: false },
  { name: "stock", image: "debian:bookworm-slim" },
];

describe("slipway build --check", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: BuildFleet;
  const trials = async () =>
    (await fleet.must("docker", "ps", "--all", "--quiet", "--filter", "label=slipway.trial")).trim();
  const images = () => fleet.must("docker", "images", "--all", "--quiet", "--no-trunc");
  /** Waits until there is a container under trial, or none any more. */
  const until = async (there: boolean) => {
    while (((await trials()) !== "") !== there) await sleep(200);
  };

  before(async () => {
    fleet = await BuildFleet.make("check", "check");
    writeFileSync(
      join(fleet.folder, "services.ts"),
      `export const services = ${JSON.stringify(SERVICES, null, 2)};\n`,
    );
    await fleet.stack("check", "check");
  });

  it("says what each service lacks to run closed, in services.ts' own words, and leaves nothing on the engine", async () => {
    const [before, stored] = [await images(), fleet.stored()];
    const { code, stdout, text } = await fleet.slipway("build", "--check", "--for", "3 seconds", "--json");
    assert.equal(code, 1, text);
    const found = JSON.parse(stdout) as Finding[];
    const brief = found.map(({ service, verdict, user, wrote, needs, closed }) => [
      ...[service, verdict, user, wrote, needs, closed?.code],
    ]);
    const [user, none] = ["1001:1001", undefined];
    assert.deepEqual(brief, [
      ["fine", "closed", user, [], none, none],
      ["cache", "lacks", user, ["/var/cache/shop"], { tmpfs: [{ target: "/var/cache/shop" }] }, 1],
      ["port", "lacks", user, [], { sysctls: { "net.ipv4.ip_unprivileged_port_start": 0 } }, 13],
      ["owner", "lacks", user, [], { capAdd: ["CHOWN"], user: "root" }, 1],
      ["alone", "unknown", user, [], none, 3],
      ["careless", "closed", user, ["/etc"], none, none],
      ["open", "untried", none, none, none, none],
      ["stock", "untried", none, none, none, none],
    ]);
    assert.match(text, /On the Docker engine of this shell \(\S+, linux\/\w+\), each service alone for 3 s/);
    assert.equal(await trials(), "");
    assert.equal(await images(), before);
    assert.deepEqual(fleet.stored(), stored);
  });

  it("says of services that run closed how they do, with exit code 0", async () => {
    const only = ["fine", "alone", "careless", "stock"];
    const { code, stdout, text } = await fleet.slipway("build", ...only, "--check", "--for", "2 seconds");
    assert.equal(code, 0, text);
    assert.equal(
      stdout,
      "fine: runs closed as 1001:1001\n" +
        "alone: could not be tried to its end as 1001:1001: with all opened too it ended with exit code 3\n" +
        "    no database\n" +
        "careless: runs closed as 1001:1001, and did without writing to /etc\n" +
        "stock: not tried: a stock image, which runs as it is\n",
    );
  });

  for (const signal of ["SIGINT", "SIGKILL"] as const)
    it(`leaves no container behind where it is ended by ${signal}`, async () => {
      const most = signal === "SIGINT" ? "300 seconds" : "5 seconds";
      const words = ["cli/slipway.mjs", "build", "fine", "--check", "--for", most];
      const check = fleet.start(process.execPath, words);
      await until(true);
      check.process.kill(signal);
      const { code, text } = await check.ended;
      assert.notEqual(code, 0, text);
      await until(false);
    });

  after(() => fleet.remove());
});
