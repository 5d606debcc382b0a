import { execFile } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../lib/errors.ts";
import type { ToolBuild, Platform } from "./tools.ts";

const minimumGo = { major: 1, minor: 26 };

/**
 * Builds programs into `target` from the Go module in the folder `source`, which stays as it is. Go downloads exactly
 * what the module's go.sum says. Throws a UserError if Go is missing or too old, or the build fails.
 */
export async function build(
  plan: ToolBuild,
  source: string,
  platform: Platform,
  target: string,
): Promise<void> {
  const environment = {
    ...process.env,
    CGO_ENABLED: "0",
    GOOS: platform.os,
    GOARCH: platform.arch,
    // No setting of the user's, and no other Go that Go itself would fetch, may change what comes out.
    GOFLAGS: "-mod=readonly -trimpath -buildvcs=false",
    GOEXPERIMENT: "",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
  };
  const module = join(target, ".module");
  const go: Go = (...parameters) => runGo(plan.module, parameters, module, environment);
  await cp(source, module, { recursive: true });
  await needGo(go);
  const tags = plan.tags ?? [];
  if (plan.generate) {
    const without = tags.filter((tag) => tag !== "plugin").join();
    await go("run", "-ldflags=-s -w", `-tags=${without}`, ".", ...plan.generate);
  }
  for (const [program, path] of Object.entries(plan.packages)) {
    const linker = `-ldflags=-s -w ${plan.ldflags ?? ""}`;
    await go("build", linker, `-tags=${tags.join()}`, "-o", join(target, program), path);
  }
  await rm(module, { recursive: true });
}

type Go = (...parameters: string[]) => Promise<string>;

async function needGo(go: Go): Promise<void> {
  const found = await go("env", "GOVERSION").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "none";
    throw error;
  });
  const [major = 0, minor = 0] = found.replace("go", "").split(".").map(Number);
  if (major > minimumGo.major || (major === minimumGo.major && minor >= minimumGo.minor)) return;
  throw new UserError(
    `toolchain: no official release can be had here and Go cannot build one, got ${found.trim()}; expected ` +
      `Go ${minimumGo.major}.${minimumGo.minor} or newer on PATH: install it (https://go.dev/dl), or let this ` +
      "machine reach the releases",
  );
}

async function runGo(
  module: string,
  parameters: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("go", parameters, { cwd, env, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT") throw error;
    const end = (stderr ?? String(error)).trim().split("\n").slice(-20).join("\n");
    throw new UserError(`toolchain/${module}: go ${parameters[0] ?? ""} failed:\n${end}`);
  }
}
