import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../lib/errors.ts";
import { isOnPath, lastLines, run } from "../lib/run.ts";
import type { Platform, ToolBuild } from "./tool.ts";

const minimumGo = { major: 1, minor: 26 };

/**
 * Builds programs into `target` from the Go module in the folder `source`, which stays as it is. Go downloads exactly
 * what the module's go.sum says. Throws a UserError if Go is missing or too old, what its C needs is missing, or the
 * build fails.
 */
export async function build(
  plan: ToolBuild,
  source: string,
  platform: Platform,
  target: string,
): Promise<void> {
  const { libraries = [] } = plan;
  const environment = {
    ...process.env,
    CGO_ENABLED: libraries.length > 0 ? "1" : "0",
    CC: "gcc",
    CGO_CFLAGS: "-O2",
    CGO_LDFLAGS: "",
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
  if (libraries.length > 0) await needC(plan.module, libraries, environment);
  await cp(source, module, { recursive: true });
  const tags = plan.tags ?? [];
  if (plan.generate) {
    const without = tags.filter((tag) => tag !== "plugin").join();
    await go("run", "-ldflags=-s -w", `-tags=${without}`, ".", ...plan.generate);
  }
  for (const [program, path] of Object.entries(plan.packages)) {
    const linker = `-ldflags=-s -w ${libraries.length > 0 ? "-extldflags=-static " : ""}${plan.ldflags ?? ""}`;
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

/** Static libraries are in the same packages of Debian's as the headers, which other distributions may have apart. */
async function needC(module: string, libraries: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const missing = ["gcc", "pkg-config"].filter((program) => !isOnPath(program, env));
  if (missing.length === 0)
    for (const library of libraries)
      if ((await run(["pkg-config", "--exists", library], { env })).code !== 0) missing.push(library);
  if (missing.length === 0) return;
  const packages = ["gcc", "libc6-dev", "pkg-config", ...libraries.map((library) => `${library}-dev`)];
  throw new UserError(
    `toolchain/${module}: there is C in it, got no ${missing.join(", no ")}; expected ` +
      `gcc, pkg-config and ${libraries.join(", ")}: on Debian, apt-get install ${packages.join(" ")}`,
  );
}
