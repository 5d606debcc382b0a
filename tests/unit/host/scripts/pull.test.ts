import assert from "node:assert/strict";
import { quote } from "../../../../lib/shell.ts";
import { formatPullFailure, pullScript } from "../../../../host/scripts/pull.ts";
import { runWithDocker } from "./sh.ts";

const IMAGE = `ghcr.io/acme/web@sha256:${"0".repeat(64)}`;
const LOGIN = { registry: "ghcr.io", user: "robot", token: "t0ken'$" };

describe("why an image could not be pulled", () => {
  const pull = async (docker: string, login?: typeof LOGIN) => {
    const { code, stdout, stderr, calls } = await runWithDocker(pullScript({ image: IMAGE, login }), docker);
    assert.deepEqual([code, stderr.toString()], [0, ""]);
    return { said: stdout.toString().trim(), calls };
  };
  const missing = (reason: string) => `
    case $* in
    image*) exit 1 ;;
    --config*) cat "$2/config.json"; echo ${quote(reason)} >&2; exit 1 ;;
    esac`;

  it("is what the engine says, asked with the stack's login, which is in no command and does not stay", async () => {
    const reason = "write /var/lib/docker/tmp/GetImageBlob1: no space left on device";
    const { said, calls } = await pull(missing(reason), LOGIN);
    assert.equal(said, reason);
    assert.match(calls[1] ?? "", new RegExp(`^--config \\S+ pull --quiet ${IMAGE}$`));
    const folder = calls[1]?.split(" ")[1] ?? "";
    const shown = `case $* in image*) exit 1 ;; --config*) cat "$2/config.json" >&2; ls -ld "$2" >&2 ;; esac`;
    const { said: config } = await pull(shown, LOGIN);
    const auth = Buffer.from("robot:t0ken'$").toString("base64");
    assert.match(config, new RegExp(`^{"auths":{"ghcr.io":{"auth":"${auth}"}}}drwx------`));
    const { existsSync } = await import("node:fs");
    assert.ok(folder && !existsSync(folder));
  });

  it("is nothing where the image is there, or can be pulled by now", async () => {
    assert.deepEqual(await pull(":"), { said: "", calls: [`image inspect ${IMAGE}`] });
    assert.equal((await pull("case $* in image*) exit 1 ;; esac")).said, "");
  });

  it("comes with what to do about it", () => {
    for (const [reason, advice] of [
      ["failed to register layer: write /x: no space left on device", /disk is full/],
      ["toomanyrequests: You have reached your pull rate limit", /pullToken.* wait$/],
      ["Error response from daemon: unauthorized", /Check pullUser/],
      ["denied: requested access to the resource is denied", /Check pullUser/],
      ["no matching manifest for linux/arm64/v8 in the manifest list entries", /platform/],
      ["manifest for web not found: manifest unknown: manifest unknown", /slipway build/],
      ["dial tcp 10.0.0.2:5000: connect: connection refused", /does not reach/],
      ["something new", /: something new$/],
    ] as const) {
      const text = formatPullFailure("nas", IMAGE, reason);
      assert.ok(text.startsWith(`nas: ${IMAGE} could not be pulled: ${reason}`), text);
      assert.match(text, advice);
    }
  });

  it("comes with other advice for a stock image", () => {
    for (const [reason, advice] of [
      ["toomanyrequests: You have reached your pull rate limit", /mirror: true$/],
      ["denied: requested access to the resource is denied", /docker login.* mirror: true$/],
      ["no matching manifest for linux/arm64/v8 in the manifest list entries", /platform: "linux\/amd64"$/],
      ["manifest for postgres not found: manifest unknown", /slipway lock --update/],
      ["dial tcp 10.0.0.2:5000: connect: connection refused", /does not reach/],
    ] as const)
      assert.match(formatPullFailure("nas", IMAGE, reason, true), advice);
  });
});
