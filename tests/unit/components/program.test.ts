import assert from "node:assert/strict";
import { runAgain } from "../../../components/program/marks.ts";
import declareStack from "../../../index.ts";
import { marksIn } from "../../../model/rollout/marks.ts";
import { type Declared, declaredBy } from "../mocks.ts";

const CONFIG = {
  "slipway:registry": "ghcr.io/acme",
  "slipway:registryUser": "ci",
  "slipway:registryToken": "a token",
  "slipway:hosts": "main ssh://deploy@203.0.113.10 ssh-ed25519 AAAA",
  "slipway:edgeImage": `docker.io/library/traefik@sha256:${"cd".repeat(32)}`,
};
const DIGEST = `sha256:${"ab".repeat(32)}`;

/** The sample fleet's program. */
function program(config: Record<string, string>): Promise<Declared[]> {
  return declaredBy(declareStack, config);
}

describe("the program, with the sample fleet", () => {
  let declared: Declared[];
  const inputsOf = (type: string, name: string) => {
    const found = declared.find((resource) => resource.type === type && resource.name === name);
    assert.ok(found, `${type} ${name}`);
    return found.inputs;
  };
  before(async () => {
    declared = await program(CONFIG);
  });

  it("declares exactly these resources", () => {
    const names = declared.map(({ type, name }) => `${type.replace(/^.*[:/]/, "")} ${name}`);
    assert.deepEqual(
      names.toSorted(),
      [
        ...["Host main", "docker main", "Network main"],
        ...[
          "Edge main-edge",
          "Volume main-edge-routes",
          "Cutover main-edge",
          "Container main-edge",
          "Command main-edge",
        ],
        "RandomPassword store-password",
        ...["python-base", "web", "api", "store", "worker"].flatMap((name) => [
          `ServiceImage ${name}`,
          `Image ${name}`,
        ]),
        ...["ServiceImage hello", "Command hello.copy"],
        ...["web", "api", "store", "worker", "hello"].flatMap((name) =>
          ["Service", "Cutover", "Container", "Command"].map((type) => `${type} ${name}`),
        ),
        "Volume store.data",
      ].toSorted(),
    );
  });

  it("builds for both platforms, under the content's hash, from a staged folder, without building in a preview", () => {
    const { tags, context, dockerfile, ...image } = inputsOf("docker-build:index:Image", "web") as {
      tags: [string];
      context: { location: string };
      dockerfile: { location: string };
    };
    const hash = /^ghcr\.io\/acme\/web:([0-9a-f]{32})$/.exec(tags[0])?.[1];
    assert.ok(hash, tags[0]);
    assert.deepEqual(context, {
      location: `.slipway/context/web-${hash}/web-${hash}`,
      named: { "python-base": { location: `docker-image://ghcr.io/acme/python-base@${DIGEST}` } },
    });
    assert.equal(dockerfile.location, `.slipway/context/web-${hash}/Dockerfile`);
    assert.deepEqual(image, {
      buildArgs: { SOURCE_DATE_EPOCH: "315532800" },
      labels: {
        "org.opencontainers.image.title": "web",
        "org.opencontainers.image.created": "1980-01-01T00:00:00Z",
        "org.opencontainers.image.revision": hash,
      },
      platforms: ["linux/amd64,linux/arm64"],
      cacheFrom: [{ raw: "type=gha,scope=cache-web" }],
      cacheTo: [{ raw: "type=gha,scope=cache-web,mode=max,ignore-error=true" }],
      exports: [
        {
          raw: "type=registry,oci-mediatypes=true,rewrite-timestamp=true,source-date-epoch=631152000,compression-level=3",
        },
      ],
      registries: { secret: [{ address: "ghcr.io", username: "ci", password: "a token" }] },
      network: "default",
      push: false,
      buildOnPreview: false,
    });
  });

  it("makes containers by digest, not started, with the fleet's network, log rotation and the four labels", () => {
    const { image, start, mustRun, restart, labels, hosts, logOpts, envs } = inputsOf(
      "docker:index/container:Container",
      "web",
    );
    assert.equal(image, `ghcr.io/acme/web@${DIGEST}`);
    assert.deepEqual([start, mustRun, restart], [false, false, "always"]);
    assert.deepEqual(labels, [
      { label: "slipway.project", value: "slipway" },
      { label: "slipway.stack", value: "dev" },
      { label: "slipway.service", value: "web" },
      { label: "slipway.slot", value: "0" },
      { label: "slipway.host", value: "main" },
      { label: "slipway.sets", value: "securityOpts" },
    ]);
    assert.deepEqual(hosts, [{ host: "api", ip: "172.28.0.2" }]);
    assert.deepEqual(logOpts, { "max-size": "10m", "max-file": "3" });
    assert.deepEqual(envs, []);
  });

  it("keeps generated secrets secret, all the way into the container", () => {
    const { envs } = inputsOf("docker:index/container:Container", "store");
    assert.deepEqual(envs, { secret: ["STORE_PASSWORD=made at random"] });
  });

  it("closes the whole sample fleet, each image with the user of its own Dockerfile", () => {
    const names = ["web", "api", "store", "worker", "hello"];
    const made = names.map((name) => inputsOf("docker:index/container:Container", name));
    for (const { readOnly, capabilities, securityOpts, tmpfs } of made) {
      assert.deepEqual([readOnly, capabilities], [true, { drops: ["ALL"] }]);
      assert.deepEqual([securityOpts, tmpfs], [["no-new-privileges"], { "/tmp": "", "/var/tmp": "" }]);
    }
    const users = made.map(({ user }) => user);
    assert.deepEqual(users, [undefined, undefined, undefined, undefined, "1001:1001"]);
  });

  it("is known to the network by its services' names", () => {
    const aliases = ["store", "worker", "web"].map((name) => {
      const { networksAdvanced } = inputsOf("docker:index/container:Container", name) as {
        networksAdvanced: [{ aliases?: string[] }];
      };
      return networksAdvanced[0].aliases;
    });
    assert.deepEqual(aliases, [["store"], ["worker"], ["web"]]);
  });

  it("cuts over on the host by ssh with the pinned key, its order and health in the script's variables", () => {
    const { create, stdin, triggers } = inputsOf("command:local:Command", "web") as {
      create: string;
      stdin: string;
      triggers: string[];
    };
    // Another host's is another command: the former one takes the route there away.
    assert.deepEqual(triggers, ["main"]);
    assert.match(
      create,
      /^\{ cat - && cat \.slipway\/retention\/dev\.sh && cat host\/scripts\/containers\.sh && cat host\/scripts\/waiting\.sh && cat host\/scripts\/lock\.sh && cat host\/scripts\/ask-path\.sh && cat host\/scripts\/evidence\.sh && cat host\/scripts\/route\.sh && cat host\/scripts\/health\.sh && cat host\/scripts\/own-proxy\.sh && cat host\/scripts\/job\.sh && cat host\/scripts\/failure\.sh && cat host\/scripts\/retention\.sh && cat host\/scripts\/cutover\.sh \|\| echo exit 1; \} \| sh host\/connect\.sh ssh .*'KnownHostsCommand=\/usr\/bin\/env echo %H ssh-ed25519 AAAA'.* ssh:\/\/deploy@203\.0\.113\.10 sh -s -- up \|\| .* echo "\$NO_CONNECTION"/,
    );
    assert.match(
      stdin,
      /^PROJECT=slipway\nSTACK=dev\nSERVICE=web\nSLOT=0\nHOST=main\nNEW=web-id\nPRE_DEPLOY=''\nORDER=start-first\nRESTART=always\nRESTART_AFTER=''\nGATEWAY=''\nROUTE='/,
    );
    assert.match(
      stdin,
      /\nPORT=8000\nORIGIN=http:\/\/203\.0\.113\.10\nHEALTH=path\nHEALTH_ARG=\/health\nPIDS_LIMIT=1000\nPROXY_DELAY=0\nPOST_DEPLOY=''\nSECRETS=''\n/,
    );
    assert.match(
      stdin,
      /\nSTART_TIMEOUT=60\nMIN_READY=0\nDRAIN_TIMEOUT=10\nSTOP_GRACE_PERIOD=15\nPRE_DEPLOY_TIMEOUT=600\nPOST_DEPLOY_TIMEOUT=60\n/,
    );
    assert.match(stdin, /\nRELEASES=slipway\/slipway-dev-[0-9a-f]{8}\/web\n$/);
    const store = inputsOf("command:local:Command", "store") as { stdin: string };
    assert.match(
      store.stdin,
      /\nORDER=stop-first\nRESTART=always\nRESTART_AFTER=''\nGATEWAY=''\nROUTE=''\nMAINTENANCE=''\nEDGE_STACK=''\nSCHEME=http\nPORT=80\nORIGIN=''\nHEALTH=command\nHEALTH_ARG=store-ping\nPIDS_LIMIT=1000\nPROXY_DELAY=0\nPOST_DEPLOY=''\nSECRETS=STORE_PASSWORD\n/,
    );
  });
});

describe("a program with mistakes", () => {
  it("fails with all of the stack file's at once, before any resource", async () => {
    const config = {
      ...CONFIG,
      "slipway:regstry": "x",
      "slipway:platforms": "linux/sparc",
      "slipway:hosts": "nas",
      "slipway:keepReleases": "0",
    };
    await assert.rejects(program(config), {
      message: [
        "Pulumi.dev.yaml/regstry: unknown key; expected one of registry, registryUser, registryToken, pullUser, pullToken, images, promoteFrom, promoteFromUser, promoteFromToken, promoteRecord, builder, platforms, caches, sizeBudget, latest, source, hosts, subnet, domain, edge, edgeImage, edgePort, trustedProxies, proxyProtocol, hstsDays, uploadTimeout, https, httpsPort, acmeEmail, acmeServer, acmeServerCa, acmeDns, certificate, certificateKey, keepReleases",
        'Pulumi.dev.yaml/platforms: unknown platform, got "linux/sparc"; expected linux/amd64, linux/arm64 or linux/arm/v7',
        'Pulumi.dev.yaml/hosts: 0: not a host, got "nas"; expected "<name> ssh://user@machine <key type> <key>"',
        'Pulumi.dev.yaml/keepReleases: not valid, got "0"; expected 1 to 100',
      ].join("\n"),
    });
  });

  it("fails where the stack says lab and the shell has none, and says how to get one", async () => {
    const lab = { "slipway:registry": "lab", "slipway:hosts": "lab", "slipway:edgeImage": "lab" };
    await assert.rejects(program(lab), (error: Error) => {
      const lines = error.message.split("\n");
      assert.match(
        lines[0] ?? "",
        /^Pulumi\.dev\.yaml\/registry: is "lab", but this shell has no lab\. Run: npx --no slipway lab up/,
      );
      return true;
    });
  });
});

describe("a cutover that is to run once more", () => {
  const marksOf = (declared: readonly Declared[]) =>
    declared.flatMap(({ type, name, inputs: { environment } }) =>
      type === "command:local:Command" && "MENDED" in (environment as object) ? [name] : [],
    );

  it("is marked, and no other", async () => {
    const again = () => {
      runAgain(["web"]);
      return declareStack();
    };
    assert.deepEqual(marksOf(await declaredBy(again, CONFIG)), ["web"]);
    assert.deepEqual(marksOf(await program(CONFIG)), []);
  });

  it("has its mark from then on", () => {
    const command = (name: string, environment: object) => ({
      ...{ urn: `urn:pulumi:s::p::command:local:Command::${name}`, type: "command:local:Command" },
      inputs: { environment },
    });
    const state = [command("web", { MENDED: "2026-01-01" }), command("api", { NO_CONNECTION: "" })];
    assert.deepEqual([...marksIn(state)], [["web", "2026-01-01"]]);
  });
});
