import assert from "node:assert/strict";
import declareStack from "../../../../index.ts";
import { selfSigned } from "../../../certificate.ts";
import { type Declared, declaredBy } from "../../mocks.ts";

const CONFIG = {
  "slipway:registry": "ghcr.io/acme",
  "slipway:hosts": "main ssh://deploy@203.0.113.10 ssh-ed25519 AAAA",
  "slipway:domain": "a.org",
  "slipway:edgeImage": `docker.io/library/traefik@sha256:${"cd".repeat(32)}`,
};

describe("the edge of the sample fleet", () => {
  let declared: Declared[];
  const program = async (config: Record<string, string>) => {
    declared = await declaredBy(declareStack, {
      ...CONFIG,
      ...config,
    });
  };
  const edges = () =>
    declared
      .filter(({ name }) => name.startsWith("main-edge"))
      .map(({ type, name }) => `${type.replace(/^.*[:/]/, "")} ${name}`);
  const inputsOf = (type: string, name: string) =>
    declared.find((resource) => resource.type === type && resource.name === name)?.inputs ?? {};
  const USUAL = ["Edge main-edge", "Volume main-edge-routes", "Cutover main-edge"];

  it("publishes both ports with HTTPS, and keeps ACME's certificates in a volume of their own", async () => {
    await program({ "slipway:https": "acme", "slipway:httpsPort": "444" });
    const resources = [...USUAL, "Volume main-edge-acme", "Container main-edge", "Command main-edge"];
    assert.deepEqual(edges().toSorted(), resources.toSorted());
    const { ports, volumes } = inputsOf("docker:index/container:Container", "main-edge");
    assert.deepEqual(ports, [
      { external: 80, internal: 8000, protocol: "tcp" },
      { external: 444, internal: 8443, protocol: "tcp" },
    ]);
    assert.deepEqual(volumes, [
      { volumeName: "main-edge-routes-0123456", containerPath: "/routes" },
      { volumeName: "main-edge-acme-0123456", containerPath: "/acme" },
    ]);
    const web = inputsOf("command:local:Command", "web") as { stdin: string };
    assert.match(web.stdin, /"certResolver":"acme"/);
  });

  it("gets a DNS provider's credentials as secrets", async () => {
    const dns = { "slipway:acmeDns": "cloudflare", "edge:CF_DNS_API_TOKEN": "a token" };
    await program({ "slipway:https": "acme", ...dns });
    assert.deepEqual(inputsOf("docker:index/container:Container", "main-edge").envs, {
      secret: ["CF_DNS_API_TOKEN=a token"],
    });
  });

  it("gets the stack's own certificate as a file, in a command that is secret as a whole", async () => {
    const { certificate, key } = selfSigned({ hosts: ["*.a.org"] });
    const own = { "slipway:certificate": certificate, "slipway:certificateKey": key };
    await program({ "slipway:https": "certificate", ...own });
    assert.deepEqual(
      edges().toSorted(),
      [...USUAL, "Container main-edge", "Command main-edge", "Command main-edge-certificate"].toSorted(),
    );
    const { create, stdin, ...rest } = inputsOf("command:local:Command", "main-edge-certificate") as {
      create: string;
      delete: string;
      stdin: { secret: string };
    };
    assert.match(create, / sh -s -- write \|\| /);
    assert.match(rest.delete, / sh -s -- remove \|\| /);
    assert.match(
      stdin.secret,
      /^PROJECT=slipway\nSTACK=dev\nEDGE_STACK=''\nFILE=edge\.certificate\.yml\nCONTENT='\{"tls":/,
    );
    assert.ok(!JSON.stringify({ create, ...rest }).includes("PRIVATE KEY"));
    const others = declared.filter(({ name }) => name !== "main-edge-certificate");
    assert.ok(!JSON.stringify(others).includes("PRIVATE KEY"));
  });

  it("fails where it is off and a service wants it asked, and names the service", async () => {
    await assert.rejects(program({ "slipway:edge": "false", "slipway:edgeImage": "" }), {
      message: ["web", "api"]
        .map(
          (name) =>
            `services/${name}/health/path: needs Slipway's edge, which is off (edge: false). Use a health command`,
        )
        .join("\n"),
    });
  });
});
