/** The operating systems and processors a program can be had for, in Go's words. */
export interface Platform {
  os: "linux" | "darwin";
  arch: "amd64" | "arm64";
}

/** An official download. */
export interface ToolRelease {
  url: (platform: Platform) => string;
  /**
   * Where its checksum comes from: known to us (SHA-256 by `os-arch`), or the address where the release publishes
   * it, as a list of `checksum  file` or as GitHub's description of the release. Without one it is not used.
   */
  checksum: Partial<Record<string, string>> | string;
  /** Folders to leave off the names in the archive. @default - the download is the program itself, no archive */
  strip?: number;
}

/** What of a program's is built from one Go module. */
export interface ToolBuild {
  /** The module's folder, beside this file. */
  module: string;
  /** Programs to build, by name: the Go package of each. */
  packages: Record<string, string>;
  /** For Go's linker, beside `-s -w`: which version the program says it is. */
  ldflags?: string;
  tags?: string[];
  /** What a first program, built from the module without the tag "plugin", is asked to write into its folder. */
  generate?: string[];
}

/** A program from outside, and the two ways to get it. */
export interface Tool {
  version: string;
  release?: ToolRelease;
  builds: ToolBuild[];
  /** How long the builds take on two cores with nothing cached, in minutes. */
  minutes: number;
}

/** A program that is installed together with another. */
export interface Part {
  partOf: string;
}

const github = "https://github.com";
const releases = (repository: string, tag: string) =>
  `https://api.github.com/repos/${repository}/releases/tags/${tag}`;

/** Pulumi names its plugins alike; how they are built differs. */
function plugin(name: string, version: string, minutes: number, build: Omit<ToolBuild, "packages">): Tool {
  const release: ToolRelease = {
    url: ({ os, arch }) =>
      `https://get.pulumi.com/releases/plugins/pulumi-resource-${name}-v${version}-${os}-${arch}.tar.gz`,
    checksum: releases(`pulumi/pulumi-${name}`, `v${version}`),
    strip: 0,
  };
  const packages = { [`pulumi-resource-${name}`]: "." };
  return { version, release, builds: [{ ...build, packages }], minutes };
}

// Plugins over a Terraform provider embed a schema that a first build writes.
const bridged = { tags: ["plugin"], generate: ["schema", "--skip-docs", "--skip-examples", "--out", "."] };

const pulumiVersion = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

const pulumiBuilds: ToolBuild[] = [
  {
    module: "pulumi",
    packages: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
    ldflags: `-X ${pulumiVersion}=v3.230.0`,
  },
  {
    module: "pulumi-language-nodejs",
    packages: {
      "pulumi-language-nodejs": ".",
      "pulumi-language-nodejs-3.60": "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    },
    ldflags: `-X ${pulumiVersion}=v3.60.0`,
  },
];

/** Every program from outside that Slipway uses. The plugins' versions are those of the npm packages. */
export const tools = {
  pulumi: {
    version: "3.230.0",
    release: {
      url: ({ os, arch }) =>
        `https://get.pulumi.com/releases/sdk/pulumi-v3.230.0-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`,
      checksum: `${github}/pulumi/pulumi/releases/download/v3.230.0/pulumi-3.230.0-checksums.txt`,
      strip: 1,
    },
    builds: pulumiBuilds,
    minutes: 4,
  },
  // Beside pulumi in the official release; from elsewhere, pulumi would warn about it in every update.
  "pulumi-language-nodejs": { partOf: "pulumi" },
  // Docker publishes no checksums for its command line's downloads: always built, from the modules buildx stands on.
  docker: {
    version: "29.3.1",
    builds: [
      {
        module: "docker",
        packages: { docker: "github.com/docker/cli/cmd/docker" },
        ldflags: "-X github.com/docker/cli/cli/version.Version=29.3.1",
      },
    ],
    minutes: 1,
  },
  "docker-buildx": {
    version: "0.33.0",
    release: {
      url: ({ os, arch }) => `${github}/docker/buildx/releases/download/v0.33.0/buildx-v0.33.0.${os}-${arch}`,
      checksum: {
        "linux-amd64": "9426a15411f35f635afef3f5d3bae53155c3e30d26dee430cc968e13d34be49f",
        "linux-arm64": "204dc28447d3bb48f42ed1ce5747e0885cd57e306506a39029311becdb1ef786",
      },
    },
    builds: [
      {
        module: "docker",
        packages: { "docker-buildx": "github.com/docker/buildx/cmd/buildx" },
        ldflags:
          "-X github.com/docker/buildx/version.Version=v0.33.0 " +
          "-X github.com/docker/buildx/version.Package=github.com/docker/buildx",
      },
    ],
    minutes: 2,
  },
  // What the benchmark compares with, and nothing else needs.
  "docker-compose": {
    version: "2.40.3",
    release: {
      url: ({ os, arch }) =>
        `${github}/docker/compose/releases/download/v2.40.3/docker-compose-${os}-${arch === "amd64" ? "x86_64" : "aarch64"}`,
      checksum: releases("docker/compose", "v2.40.3"),
    },
    builds: [
      {
        module: "docker-compose",
        packages: { "docker-compose": "github.com/docker/compose/v2/cmd" },
        ldflags: "-X github.com/docker/compose/v2/internal.Version=v2.40.3",
      },
    ],
    minutes: 2,
  },
  buildkitd: {
    version: "0.30.0",
    release: {
      url: ({ os, arch }) =>
        `${github}/moby/buildkit/releases/download/v0.30.0/buildkit-v0.30.0.${os}-${arch}.tar.gz`,
      checksum: releases("moby/buildkit", "v0.30.0"),
      strip: 1,
    },
    builds: [
      {
        module: "buildkitd",
        packages: { buildkitd: "github.com/moby/buildkit/cmd/buildkitd" },
        ldflags:
          "-X github.com/moby/buildkit/version.Version=v0.30.0 " +
          "-X github.com/moby/buildkit/version.Package=github.com/moby/buildkit",
        tags: ["osusergo", "netgo", "static_build", "seccomp"],
      },
    ],
    minutes: 2,
  },
  traefik: {
    version: "3.6.5",
    release: {
      url: ({ os, arch }) =>
        `${github}/traefik/traefik/releases/download/v3.6.5/traefik_v3.6.5_${os}_${arch}.tar.gz`,
      checksum: `${github}/traefik/traefik/releases/download/v3.6.5/traefik_v3.6.5_checksums.txt`,
      strip: 0,
    },
    builds: [
      {
        module: "traefik",
        packages: { traefik: "github.com/traefik/traefik/v3/cmd/traefik" },
        ldflags: "-X github.com/traefik/traefik/v3/pkg/version.Version=3.6.5",
      },
    ],
    minutes: 6,
  },
  // An ACME server and the DNS server it asks, for the tests alone: always built.
  pebble: {
    version: "2.10.1",
    builds: [
      {
        module: "pebble",
        packages: {
          pebble: "github.com/letsencrypt/pebble/v2/cmd/pebble",
          "pebble-challtestsrv": "github.com/letsencrypt/pebble/v2/cmd/pebble-challtestsrv",
        },
        ldflags: "-X main.version=2.10.1",
      },
    ],
    minutes: 1,
  },
  "pebble-challtestsrv": { partOf: "pebble" },
  // A server that speaks S3, over a folder, for the tests alone: always built.
  versitygw: {
    version: "1.8.0",
    builds: [
      {
        module: "versitygw",
        packages: { versitygw: "github.com/versity/versitygw/cmd/versitygw" },
        ldflags: "-X main.Version=1.8.0",
      },
    ],
    minutes: 2,
  },
  "pulumi-resource-docker": plugin("docker", "5.2.0", 3, {
    module: "pulumi-resource-docker",
    ...bridged,
    // Without the provider's docker_compose, which @pulumi/docker does not have, and all of Compose with it.
    tags: ["no_compose", "plugin"],
  }),
  // These two have no public module to build from: their folders hold stand-ins of our own.
  "pulumi-resource-docker-build": plugin("docker-build", "0.0.22", 1, { module: "docker-build" }),
  "pulumi-resource-command": plugin("command", "1.2.1", 1, { module: "command" }),
  "pulumi-resource-random": plugin("random", "4.21.2", 1, { module: "pulumi-resource-random", ...bridged }),
  "pulumi-resource-github": plugin("github", "6.15.0", 2, { module: "pulumi-resource-github", ...bridged }),
} satisfies Record<string, Tool | Part>;

/** The name of one of them. */
export type ToolName = keyof typeof tools;
