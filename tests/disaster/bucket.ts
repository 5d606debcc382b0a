import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { accepts } from "../../lab/answers.ts";
import { until } from "../../lab/wait.ts";
import { install } from "../../toolchain/install.ts";
import { freePort } from "../e2e/edge/pebble.ts";

/** A server that speaks S3, with one bucket. */
export interface BucketServer {
  /** What leads a client to it. */
  environment: Record<string, string>;
  stop: () => void;
}

/**
 * Starts one on this machine, which has the bucket `safe`.
 * @param folder for what it keeps
 */
export async function startBucket(folder: string): Promise<BucketServer> {
  const report = (line: string) => process.stderr.write(`      ${line}\n`);
  const { versitygw } = await install(["versitygw"], report);
  const [data, about] = [join(folder, "data"), join(folder, "about")];
  mkdirSync(join(data, "safe"), { recursive: true });
  mkdirSync(about);
  const port = await freePort();
  const [user, password] = ["tester", "no secret at all"];
  const child = spawn(versitygw, ["--port", `127.0.0.1:${port}`, "posix", "--sidecar", about, data], {
    env: { ...process.env, ROOT_ACCESS_KEY: user, ROOT_SECRET_KEY: password },
    stdio: "ignore",
  });
  await until(
    () => accepts({ host: "127.0.0.1", port }),
    30,
    () => "versitygw does not answer",
  );
  return {
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: user,
      AWS_SECRET_ACCESS_KEY: password,
    },
    stop: () => child.kill(),
  };
}
