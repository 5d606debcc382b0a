import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../lib/errors.ts";
import { lastLines, run } from "../lib/run.ts";
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
  const go = async (...parameters: string[]) => {
    const outcome = await run(["go", ...parameters], { cwd: module, env: environment });
    if (outcome.code === 0) return;
    throw new UserError(
      `toolchain/${plan.module}: go ${parameters[0] ?? ""} failed:\n${lastLines({ ...outcome, stdout: "" }, 20)}`,
    );
  };
  await needGo(environment);
  await cp(source, module, { recursive: true });
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

async function needGo(env: NodeJS.ProcessEnv): Promise<void> {
  const outcome = await run(["go", "env", "GOVERSION"], { env }).catch(() => undefined);
  const found = outcome?.stdout.trim() ?? "none";
  const [major = 0, minor = 0] = found.replace("go", "").split(".").map(Number);
  if (major > minimumGo.major || (major === minimumGo.major && minor >= minimumGo.minor)) return;
  throw new UserError(
    `toolchain: no official release can be had here and Go cannot build one, got ${found}; expected ` +
      `Go ${minimumGo.major}.${minimumGo.minor} or newer on PATH: install it (https://go.dev/dl), or let this ` +
      "machine reach the releases",
  );
}
