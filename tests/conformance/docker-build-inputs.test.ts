import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { install } from "../../toolchain/install.ts";
import { testLab } from "../lab.ts";
import { until } from "./command-fixture.ts";
import { DockerBuild, IMAGE, type Recorded, recordingBuildx } from "./docker-build-fixture.ts";
import { type Props, secret } from "./values.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const LOGIN = { address: "registry.example.com", username: "ci", password: "the password" };
const BASE = "FROM debian:bookworm-slim\n";

describe("a build of the docker-build plugin", function () {
  this.timeout(INSTALL_TIMEOUT);
  let build: DockerBuild;
  let environment: Record<string, string>;
  let work: string;
  let recorded: () => Recorded;

  before(async () => {
    ({ environment } = await testLab());
    const programs = await install(["docker-buildx"], (line) => {
      console.log(line);
    });
    work = mkdtempSync(path.join(tmpdir(), "slipway-docker-build-inputs-"));
    mkdirSync(path.join(work, "tmp"));
    recorded = recordingBuildx(path.join(work, "bin"), programs["docker-buildx"]);
    build = await DockerBuild.start({
      ...environment,
      PATH: `${work}/bin:${environment.PATH ?? ""}`,
      TMPDIR: `${work}/tmp`,
      SOURCE_DATE_EPOCH: "1",
    });
  });
  after(async () => {
    await build.close();
    rmSync(work, { recursive: true });
  });

  /** Builds a Dockerfile for one platform; the message of the failure if it fails. */
  async function run(dockerfile: string, inputs: Props = {}): Promise<string | undefined> {
    const filled = await build.checked({
      context: { location: build.context({ Dockerfile: dockerfile }) },
      exports: [{ cacheonly: {} }],
      builder: { name: "slipway-lab" },
      ...inputs,
    });
    try {
      await build.plugin.create(IMAGE, filled);
      return undefined;
    } catch (error) {
      return (error as { details: string }).details;
    }
  }

  it("sees every input", async () => {
    const named = { location: build.context({ note: "from the named context" }) };
    const [dest, tar] = ["result", "result.tar"].map((name) => path.join(build.folder, name));
    const dockerfile = [
      `${BASE.trim()} AS wanted`,
      "ARG COLOUR SOURCE_DATE_EPOCH=unset",
      "RUN mkdir /out && echo $COLOUR $SOURCE_DATE_EPOCH > /out/args",
      "RUN getent hosts elsewhere > /out/hosts && ls /sys/class/net > /out/net",
      "COPY --from=notes note /out/",
      "FROM scratch AS all",
      "COPY --from=wanted /out /",
      "FROM debian:not-there",
    ].join("\n");
    const failure = await run("FROM debian:not-there", {
      dockerfile: { inline: dockerfile },
      context: { location: build.context(), named: { notes: named } },
      buildArgs: { COLOUR: "blue, or so" },
      addHosts: ["elsewhere:10.1.2.3"],
      network: "none",
      target: "all",
      platforms: ["linux/amd64"],
      exports: [{ local: { dest: dest ?? "" } }, { tar: { dest: tar ?? "" } }],
    });
    assert.equal(failure, undefined);
    const result = (name: string) => readFileSync(path.join(dest ?? "", name), "utf8").trim();
    assert.equal(result("args"), "blue, or so unset");
    assert.match(result("hosts"), /^10\.1\.2\.3 +elsewhere$/);
    assert.equal(result("net"), "lo");
    assert.equal(result("note"), "from the named context");
    assert.ok(existsSync(tar ?? ""), "tar");
  });

  it("gives labels and loads into the engine of the user's docker context", async () => {
    const tag = `conformance-${process.pid}:1`;
    const inputs = {
      tags: [tag],
      exports: undefined,
      load: true,
      labels: { "a.b": "c=d" },
      registries: [LOGIN],
    };
    assert.equal(await run("FROM scratch\nCOPY Dockerfile /\n", inputs), undefined);
    const docker = (...args: string[]) =>
      execFileSync("docker", args, { env: { ...process.env, ...environment }, encoding: "utf8" });
    const format = "{{json .Config.Labels}}";
    assert.deepEqual(JSON.parse(docker("image", "inspect", "--format", format, tag)), { "a.b": "c=d" });
    docker("image", "rm", tag);
  });

  it("takes layers from a cache, unless noCache", async () => {
    const cache = path.join(build.folder, "layers");
    const random = "RUN head -c 9 /dev/urandom | base64 > /random";
    const dockerfile = `${BASE.trim()} AS made\n${random}\nFROM scratch\nCOPY --from=made /random /\n`;
    const made = async (name: string, inputs: Props) => {
      const dest = path.join(build.folder, name);
      assert.equal(await run(dockerfile, { exports: [{ local: { dest } }], ...inputs }), undefined);
      return readFileSync(path.join(dest, "random"), "utf8");
    };
    const flags = () => recorded().arguments.filter((argument) => argument.startsWith("--cache"));
    const first = await made("first", { cacheTo: [{ local: { dest: cache, mode: "max" } }] });
    assert.ok(existsSync(path.join(cache, "index.json")));
    assert.equal(await made("second", { cacheFrom: [{ local: { src: cache } }] }), first);
    assert.deepEqual(flags(), [`--cache-from=type=local,src=${cache}`]);
    const disabled = { disabled: true, registry: { ref: "not-there.example.com/cache" } };
    assert.notEqual(
      await made("third", { noCache: true, cacheFrom: [disabled], cacheTo: [disabled] }),
      first,
    );
    assert.deepEqual(flags(), []);
  });

  describe("with secrets", () => {
    const SECRET = "s3cr3t, with 'quotes'\nand a second line";
    const inputs = (): Props => ({
      secrets: { token: SECRET },
      registries: [LOGIN],
      buildArgs: { marked: secret("marked as secret") },
    });

    it("hands them to the build, and shows what the build prints of them", async () => {
      const dockerfile = `${BASE}ARG marked
RUN --mount=type=secret,id=token,required sha256sum /run/secrets/token && cat /run/secrets/token && echo $marked && false`;
      const start = build.plugin.logs.length;
      assert.match((await run(dockerfile, inputs())) ?? "", /did not complete successfully: exit code: 1$/);
      const sum = execFileSync("sha256sum", { input: SECRET, encoding: "utf8" }).split(" ")[0] ?? "";
      const seen = () =>
        build.plugin.logs
          .slice(start)
          .map((line) => line.message)
          .join("\n");
      await until(() => seen().includes(sum));
      for (const shown of ["s3cr3t", "second line", "marked as secret"])
        assert.ok(seen().includes(shown), `${shown} not in the log`);
      assert.ok(!seen().includes(LOGIN.password), "the login's password, which no build sees");
    });

    it("adds logins to a copy of the user's configuration, which is gone afterwards", async () => {
      assert.equal(await run("FROM scratch\nCOPY Dockerfile /\n", inputs()), undefined);
      const { config, files } = recorded();
      assert.equal(config.currentContext, "lab");
      const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString("base64");
      assert.deepEqual(config.auths?.[LOGIN.address], { auth });
      assert.deepEqual(files, ["cli-plugins", "config.json", "contexts"]);
      assert.deepEqual(readdirSync(path.join(work, "tmp")), []);
      const users = readFileSync(path.join(environment.DOCKER_CONFIG ?? "", "config.json"), "utf8");
      assert.ok(!users.includes(auth), "the user's own is as it was");
    });
  });

  it("fails with BuildKit's last word alone; what the build printed is shown only while it builds", async () => {
    const message = await run(`${BASE}RUN seq 1000 1099 && false`);
    assert.equal(
      message,
      'failed to solve: process "/bin/sh -c seq 1000 1099 && false" did not complete successfully: exit code: 1',
    );
    const shown = build.plugin.logs.filter(({ severity }) => severity === "info");
    for (const printed of [/ 1000$/, / 1099$/]) assert.ok(shown.some(({ message }) => printed.test(message)));
    assert.ok(shown.every(({ ephemeral }) => ephemeral));
  });

  it("warns of what BuildKit finds in the Dockerfile", async () => {
    assert.equal(await run(`FROM scratch as lower\nCOPY Dockerfile /\n`), undefined);
    const warnings = build.plugin.logs.filter(({ severity }) => severity === "warning");
    assert.match(warnings.map(({ message }) => message).join("\n"), /FromAsCasing/);
  });

  describe("that is cancelled", () => {
    it("says no more, and its buildx ends", async () => {
      const building = run(`${BASE}RUN sleep 300 # ${Math.random()}`);
      await until(() => build.plugin.logs.some(({ message }) => message.includes("RUN sleep")));
      const { pid } = recorded();
      assert.ok(process.kill(pid, 0), "buildx runs");
      await build.plugin.cancel(); // and the plugin does nothing more
      assert.equal(await building, "context canceled");
      assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
    });
  });
});
