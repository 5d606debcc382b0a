import type { Part, Tool, ToolBuild, ToolRelease } from "./tool.ts";

const github = "https://github.com";

/**
 * Pulumi names its plugins alike; how they are built differs.
 * @param checksums of its release @default none is known, so it is built
 */
function plugin(
  name: string,
  version: string,
  minutes: number,
  build: Omit<ToolBuild, "packages">,
  checksums?: ToolRelease["checksums"],
): Tool {
  const packages = { [`pulumi-resource-${name}`]: "." };
  const builds = [{ ...build, packages }];
  if (!checksums) return { version, builds, minutes };
  const release: ToolRelease = {
    url: ({ os, arch }) =>
      `https://get.pulumi.com/releases/plugins/pulumi-resource-${name}-v${version}-${os}-${arch}.tar.gz`,
    checksums,
    strip: 0,
  };
  return { version, release, builds, minutes };
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

const engineBuilds: ToolBuild[] = [
  // First, as it may lack a compiler. Its version is in its sources.
  {
    module: "runc",
    packages: { runc: "github.com/opencontainers/runc" },
    tags: ["seccomp", "netgo", "osusergo"],
    libraries: ["libseccomp"],
  },
  {
    // Its module has a number of its own; the file releases/versions.yaml in it says of which engine it is.
    module: "dockerd",
    packages: {
      dockerd: "github.com/moby/moby/v2/cmd/dockerd",
      "docker-proxy": "github.com/moby/moby/v2/cmd/docker-proxy",
    },
    ldflags: "-X github.com/moby/moby/v2/dockerversion.Version=29.8.1",
  },
  {
    module: "containerd",
    packages: {
      containerd: "github.com/containerd/containerd/v2/cmd/containerd",
      "containerd-shim-runc-v2": "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
    },
    ldflags: "-X github.com/containerd/containerd/v2/version.Version=v2.2.1",
  },
];

/** Every program from outside that Slipway uses. The plugins' versions are those of the npm packages. */
export const tools = {
  pulumi: {
    version: "3.230.0",
    release: {
      url: ({ os, arch }) =>
        `${github}/pulumi/pulumi/releases/download/v3.230.0/pulumi-v3.230.0-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`,
      // Source: https://github.com/pulumi/homebrew-tap, Formula/pulumi.rb of that version
      checksums: {
        "linux-amd64": "52337212db85636fa598689cdcf6f54c0aa8a7ccd676dc04e00f2b6334eee8ec",
        "linux-arm64": "e9684f6909335aed95657c006e62d606a88fa09ef098378aff2f3a847d462325",
        "darwin-amd64": "b29c089c5907ad3f4f457aa90ac995b3cd69c9148f8309f22f9071e5d097087a",
        "darwin-arm64": "8e279fa8199053a592dc0c91659c327c144c73f0632a0f0047b342010f76d535",
      },
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
      // Source for Linux: https://github.com/docker-library/docker, which is the image docker:29-cli
      checksums: {
        "linux-amd64": "9426a15411f35f635afef3f5d3bae53155c3e30d26dee430cc968e13d34be49f",
        "linux-arm64": "204dc28447d3bb48f42ed1ce5747e0885cd57e306506a39029311becdb1ef786",
        "darwin-amd64": "b1b5a38f78311cfed70a0e68096df0e9ed7dd1b1fcd09adbb117d74e3bad6f32",
        "darwin-arm64": "35dc3303d2ddb20b9490be4f658eb4b08ee6c9b2a5b5a56797f6c8fb20f5f52b",
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
      // Sources: as of buildx; https://github.com/periareon/rules_docker_compose, docker_compose/private/versions.bzl
      checksums: {
        "linux-amd64": "dba9d98e1ba5bfe11d88c99b9bd32fc4a0624a30fafe68eea34d61a3e42fd372",
        "linux-arm64": "d26373b19e89160546d15407516cc59f453030d9bc5b43ba7faf16f7b4980137",
        "darwin-amd64": "53528ecff0182546d92d7cc3f50dc78f9b387c3da68b4a3fd0cf2c48dab77133",
        "darwin-arm64": "8cd7eb5f95bacb536cc407111662e2c205d67d9abfea5dcb8400be8418db60d1",
      },
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
  // The newest that Go 1.26.8 builds, for the benchmark alone. No checksum of its release is known: always built.
  "docker-compose-5": {
    version: "5.6.0",
    builds: [
      {
        module: "docker-compose-5",
        packages: { "docker-compose-5": "github.com/docker/compose/v5/cmd" },
        ldflags: "-X github.com/docker/compose/v5/internal.Version=v5.6.0",
      },
    ],
    minutes: 2,
  },
  // No checksum of its release is known: always built.
  buildkitd: {
    version: "0.30.0",
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
  // Docker's engine 29 and all it runs, for the hosts of a lab that want one: Docker publishes no checksums.
  dockerd: {
    version: "29.8.1",
    builds: engineBuilds,
    minutes: 5,
  },
  "docker-proxy": { partOf: "dockerd" },
  containerd: { partOf: "dockerd" },
  "containerd-shim-runc-v2": { partOf: "dockerd" },
  runc: { partOf: "dockerd" },
  traefik: {
    version: "3.6.5",
    release: {
      url: ({ os, arch }) =>
        `${github}/traefik/traefik/releases/download/v3.6.5/traefik_v3.6.5_${os}_${arch}.tar.gz`,
      // Source: https://github.com/jupyterhub/the-littlest-jupyterhub, tljh/traefik.py
      checksums: {
        "linux-amd64": "a9d891026496e0e16cbe4e0599339487411c9876246238c06bbe1a532350a096",
        "linux-arm64": "801449a26d1389aa60bbb96e79a8ecc8c385b2e76b1dcaf487fd712c427b2831",
      },
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
  "pulumi-resource-github": plugin(
    "github",
    "6.15.0",
    2,
    { module: "pulumi-resource-github", ...bridged },
    { "linux-amd64": "52c99833ab7c5ee567a0ec06731038aee436be4d5dabd0b717aacda1e39bee7f" },
  ),
} satisfies Record<string, Tool | Part>;

/** The name of one of them. */
export type ToolName = keyof typeof tools;
