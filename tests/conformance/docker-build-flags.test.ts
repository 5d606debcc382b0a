import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { DockerBuild, IMAGE, type Recorded, recordingBuildx } from "./docker-build-fixture.ts";
import type { Props } from "./values.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const NAMES = ["registry.example.com/a", "registry.example.com/b"];
const S3 = { bucket: "layers", region: "here" };
const CREDENTIALS = { accessKeyId: "id", secretAccessKey: "key", sessionToken: "token" };

/** Inputs and the flags that they become. */
const FLAGS: [inputs: Props, flags: string[]][] = [
  [{ push: true, tags: ["a"] }, ["--tag=a", "--output=type=image,push=true,unpack=false"]],
  [{ load: true }, ["--output=type=docker"]],
  [{ exports: [{ raw: "type=local,dest=a" }] }, ["--output=type=local,dest=a"]],
  [{ exports: [{ disabled: true, raw: "type=local,dest=a" }] }, []],
  [{ exports: [{ tar: { dest: "a,b" } }] }, [`--output=type=tar,"dest=a,b"`]],
  [
    { exports: [{ registry: { names: NAMES, annotations: { b: "c,d", a: "e" } } }] },
    [
      `--output=type=image,push=true,oci-mediatypes=false,store=true,annotation.a=e,"annotation.b=c,d",` +
        `"name=${NAMES.join()}",unpack=false`,
    ],
  ],
  [
    {
      exports: [{ image: { compression: "zstd", pushByDigest: true, insecure: true, nameCanonical: true } }],
    },
    [
      "--output=type=image,registry.insecure=true,name-canonical=true,oci-mediatypes=false," +
        "push-by-digest=true,store=true",
    ],
  ],
  [
    { exports: [{ oci: { dest: "a", tar: false, compression: "zstd", compressionLevel: 3 } }] },
    [
      "--output=type=oci,oci-mediatypes=true,dest=a,tar=false," +
        "compression=zstd,compression-level=3,force-compression=false",
    ],
  ],
  [
    { cacheFrom: [{ registry: { ref: "a" } }, { raw: "b" }] },
    ["--cache-from=type=registry,ref=a", "--cache-from=b"],
  ],
  [{ cacheFrom: [{ local: { src: "a", digest: "b" } }] }, ["--cache-from=type=local,digest=b,src=a"]],
  [{ cacheFrom: [{ gha: {} }] }, ["--cache-from=type=gha,scope=buildkit"]],
  [{ cacheFrom: [{ s3: { ...S3, ...CREDENTIALS } }] }, ["--cache-from=type=s3,bucket=layers,region=here"]],
  [
    { cacheTo: [{ s3: { ...S3, usePathStyle: true, endpointUrl: "http://s3" } }] },
    [
      "--cache-to=type=s3,bucket=layers,endpoint_url=http://s3,region=here,use_path_style=true," +
        "ignore-error=false,mode=min",
    ],
  ],
  [
    { cacheTo: [{ azblob: { name: "a", accountUrl: "b" } }] },
    ["--cache-to=type=azblob,account_url=b,name=a,ignore-error=false,mode=min"],
  ],
  [{ cacheTo: [{ inline: {} }] }, ["--cache-to=type=inline"]],
  [
    { cacheTo: [{ registry: { ref: "a", mode: "max" } }] },
    ["--cache-to=type=registry,ref=a,image-manifest=false,oci-mediatypes=true,ignore-error=false,mode=max"],
  ],
  [{ ssh: [{ id: "default" }, { id: "a", paths: ["b", "c"] }] }, ["--ssh=default", "--ssh=a=b,c"]],
  [{ platforms: ["linux/arm64", "linux/amd64"] }, ["--platform=linux/arm64", "--platform=linux/amd64"]],
  [{ pull: true, noCache: true, exec: true }, ["--no-cache=true", "--pull=true"]],
  [
    { buildArgs: { b: "1 2", a: "" }, labels: { l: "=" } },
    ["--build-arg=a=", "--build-arg=b=1 2", "--label=l=="],
  ],
];

describe("the docker-build plugin runs buildx", function () {
  this.timeout(INSTALL_TIMEOUT);
  const bin = mkdtempSync(path.join(tmpdir(), "slipway-docker-build-flags-"));
  let build: DockerBuild;
  let recorded: () => Recorded;

  before(async () => {
    recorded = recordingBuildx(bin); // no builder, S3 or Azure is needed to see how they would be called
    const env = {
      PATH: `${bin}:${process.env.PATH ?? ""}`,
      DOCKER_CONFIG: `${bin}/users`,
      BUILDX_CONFIG: "",
    };
    build = await DockerBuild.start(env, {
      host: "tcp://build",
      registries: [{ address: "docker.io", username: "u", password: "p" }],
    });
  });
  after(async () => {
    await build.close();
    rmSync(bin, { recursive: true });
  });

  async function run(inputs: Props): Promise<Recorded> {
    const here = { context: { location: "." }, dockerfile: { inline: "FROM scratch" } };
    await build.plugin.create(IMAGE, await build.checked({ ...here, ...inputs }));
    return recorded();
  }

  for (const [inputs, flags] of FLAGS) {
    it(`with ${flags.join(" ") || "nothing"} for ${JSON.stringify(inputs)}`, async () => {
      const given = (await run(inputs)).arguments;
      const always = ["build", "--progress=plain", given[2], "--provenance=false", "--network=default"];
      assert.match(given[2] ?? "", /^--metadata-file=/);
      assert.deepEqual(
        given.filter((flag) => !always.includes(flag)),
        [...flags, "--file=-", "."],
      );
      assert.ok(
        always.every((flag) => given.includes(flag ?? "")),
        given.join(" "),
      );
    });
  }

  it("with the credentials of an S3 cache in the environment", async () => {
    const { environment } = await run({ cacheTo: [{ s3: { ...S3, ...CREDENTIALS } }] });
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
    assert.deepEqual([AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN], ["id", "key", "token"]);
  });

  it("with the provider's host, the builders of the user, and the provider's logins after the image's", async () => {
    const registries = [
      { address: "https://registry.example.com/some/repository", username: "a", password: "b" },
    ];
    const { environment, config } = await run({ registries });
    assert.equal(environment.DOCKER_HOST, "tcp://build");
    assert.equal(environment.BUILDX_CONFIG, `${bin}/users/buildx`);
    assert.equal(environment.BUILDX_NO_DEFAULT_ATTESTATIONS, "1");
    assert.deepEqual(config.auths, {
      "https://index.docker.io/v1/": { auth: btoa("u:p") },
      "registry.example.com": { auth: btoa("a:b") },
    });
    const own = { address: "index.docker.io", username: "mine", password: "p" };
    const { auths } = (await run({ registries: [own] })).config;
    assert.deepEqual(auths, { "https://index.docker.io/v1/": { auth: btoa("mine:p") } });
  });
});
