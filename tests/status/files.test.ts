import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decompress } from "fzstd";
import { formsFound } from "../secret-forms.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { ODD_SECRET, StatusFleet } from "./fleet.ts";

const CONFIG = "tests/status/fleet/filed.yml";

describe("a service that is given files", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: StatusFleet;
  const volumes = async () =>
    (await fleet.must("docker", "volume", "ls", "--quiet", "--filter", "label=slipway.data=none"))
      .trim()
      .split("\n");
  const inFiled = async (...command: string[]) =>
    fleet.must("docker", "exec", "--user", "1000:1000", await fleet.container("filed"), ...command);

  before(async () => {
    fleet = await StatusFleet.up();
  });
  after(async () => {
    await fleet.destroy();
  });

  it("has them where it wants them, for its user alone where it says so, and variables of an env file", async () => {
    assert.equal(await inFiled("cat", "/etc/filed.yml"), "level: info\n");
    assert.equal(
      await inFiled("cat", "/etc/filed/secret.yml"),
      `password: ${ODD_SECRET}\nprinted: from a command\n`,
    );
    assert.match(await inFiled("cat", "/run/secrets/token"), /^[A-Za-z0-9]{32}$/);
    const facts = ["stat", "-c", "%a %u %g", "/etc/filed.yml", "/etc/filed/secret.yml", "/run/secrets/token"];
    assert.equal(await inFiled(...facts), "444 0 0\n400 1000 1000\n400 1000 0\n");
    assert.equal(await inFiled("printenv", "FROM_FILE"), "two words\n");
    await assert.rejects(inFiled("cat", "/run/slipway/000"), /Permission denied/);
    await assert.rejects(
      fleet.must("docker", "exec", "--user", "0", await fleet.container("filed"), "rm", "/etc/filed.yml"),
      /Device or resource busy|Read-only/,
    );
    assert.equal(
      fleet.imported,
      "secrets/odd: set\ngiven.env: no given secret of services.ts is named so: FOREIGN\n1 secret set in stack status\n",
    );
    assert.match(fleet.firstPreview, /filed: tests\/status\/fleet\/filed\.env has FROM_FILE/);
    assert.deepEqual(await fleet.up(), {});
  });

  it("is rolled, and nothing else, where one of them changes; the former volume stays until the next", async () => {
    const [before, [first = ""]] = [await fleet.containers(), await volumes()];
    const change = async (text: string) => {
      writeFileSync(join(fleet.folder, CONFIG), text);
      await fleet.up();
      assert.equal(await inFiled("cat", "/etc/filed.yml"), text);
      return volumes();
    };
    const second = (await change("level: debug\n")).find((name) => name !== first) ?? "";
    const after = await fleet.containers();
    const rolled = Object.keys(after).filter((name) => before[name] !== after[name]);
    assert.deepEqual(rolled, ["filed"]);
    assert.deepEqual(new Set(await volumes()), new Set([first, second]));
    assert.ok(!(await change("level: warn\n")).includes(first));
    const pruned = await fleet.slipway("prune");
    assert.equal(pruned.code, 0, pruned.text);
    assert.match(pruned.text, new RegExp(`^lab-1: volume ${second}, which no container uses, removed$`, "m"));
    assert.equal((await volumes()).length, 1);
    assert.deepEqual(await fleet.up(), {});
  });

  it("has them back after one up where they were edited by hand, or removed with their volume", async () => {
    const [volume = ""] = await volumes();
    const image = (
      await fleet.must("docker", "inspect", "--format", "{{.Image}}", await fleet.container("filed"))
    ).trim();
    const edit = [
      "run",
      "--rm",
      "--user",
      "0",
      "--volume",
      `${volume}:/v`,
      image,
      "sh",
      "-c",
      "echo x >>/v/001",
    ];
    await fleet.must("docker", ...edit);
    const edited = await fleet.slipway("status");
    assert.equal(edited.code, 2);
    assert.match(
      edited.text,
      /^filed on lab-1: edited by hand: what is in filed-files-\w+, its files, was changed\. Mended by: slipway up filed$/m,
    );
    const up = await fleet.slipway("up", "filed");
    assert.match(
      up.text,
      /^mends filed on lab-1: edited by hand: .*; its files are put there again, it is made anew$/m,
    );
    assert.equal(await inFiled("cat", "/etc/filed.yml"), "level: warn\n");

    await fleet.must("docker", "rm", "--force", await fleet.container("filed"));
    await fleet.must("docker", "volume", "rm", volume);
    assert.match(
      (await fleet.slipway("status")).text,
      /^filed on lab-1: missing: volume filed-files-\w+, with its files, is not there\./m,
    );
    const again = await fleet.slipway("up");
    assert.equal(again.code, 0, again.text);
    assert.equal(await inFiled("cat", "/etc/filed.yml"), "level: warn\n");
    assert.deepEqual(await fleet.drift(), []);
    assert.deepEqual(await fleet.up(), {});
  });

  it("has no secret in the state, its history, what is printed, a command line, the image or a name", async () => {
    const token = (await inFiled("cat", "/run/secrets/token")).trim();
    const secrets = [ODD_SECRET, token];
    writeFileSync(join(fleet.folder, CONFIG), "level: error\n");
    const texts = new Map<string, Buffer | string>();
    const update = new AbortController();
    const watching = (async () => {
      let seen = "";
      while (!update.signal.aborted) {
        seen += execFileSync("ps", ["axww", "-o", "args"], { encoding: "utf8", maxBuffer: 1 << 26 });
        seen += await fleet.host.run("ps", "axwwe", "-o", "args");
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return seen;
    })();
    texts.set("preview", (await fleet.run("pulumi", "preview", "--diff")).text);
    texts.set("up", (await fleet.slipway("up")).text);
    update.abort();
    // The container's own process has one of them in its environment, as it is to.
    const own = (line: string) => !/ticker\.py|docker-init/.test(line);
    texts.set("processes", (await watching).split("\n").filter(own).join("\n"));
    for (const verb of [
      ["status"],
      ["status", "--json"],
      ["releases", "--json"],
      ["logs", "filed", "--tail", "20"],
    ])
      texts.set(verb.join(" "), (await fleet.slipway(...verb)).text);
    texts.set("state", (await fleet.run("pulumi", "stack", "export")).text);
    texts.set("volumes", await fleet.must("docker", "volume", "ls"));
    texts.set(
      "mounts",
      await fleet.must(
        "docker",
        "inspect",
        "--format",
        "{{json .Mounts}}{{json .HostConfig}}{{json .Args}}",
        await fleet.container("filed"),
      ),
    );
    texts.set(
      "image",
      execFileSync(
        "sh",
        ["-c", `docker save "$(docker inspect --format '{{.Image}}' ${await fleet.container("filed")})"`],
        { env: fleet.environment, maxBuffer: 1 << 30 },
      ),
    );
    const backend = fleet.environment.PULUMI_BACKEND_URL?.replace("file://", "") ?? "";
    const kept = [fleet.folder, backend]
      .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && !/node_modules|\/tests\//.test(entry.parentPath));
    for (const { parentPath, name } of kept) {
      const bytes = readFileSync(join(parentPath, name));
      // As slipway has pulumi write states and histories.
      texts.set(join(parentPath, name), name.endsWith(".zst") ? Buffer.from(decompress(bytes)) : bytes);
    }
    const found = [...texts].flatMap(([where, text]) =>
      formsFound(text, secrets).map((form) => `${where}: ${form}`),
    );
    assert.deepEqual(found, []);
    assert.ok(
      [...texts.keys()].some((name) => /history/.test(name)),
      "the history is among them",
    );
  });
});
