import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import declareStack from "../../../index.ts";
import { ServiceImage } from "../../../components/image/image.ts";
import type { Catalogue } from "../../../model/catalogue/service.ts";
import { readRecipes } from "../../../model/image/recipe.ts";
import { type TargetsContext, targets } from "../../../model/rollout/targets.ts";
import { load } from "../../../settings/load.ts";
import { declaredBy } from "../mocks.ts";

const CONFIG = {
  "slipway:registry": "ghcr.io/acme",
  "slipway:hosts": "main ssh://deploy@203.0.113.10 ssh-ed25519 AAAA",
  "slipway:edgeImage": `docker.io/library/traefik@sha256:${"cd".repeat(32)}`,
  "slipway:platforms": "linux/amd64,linux/arm64",
};
const BUILDERS = "linux/amd64 nas\nlinux/arm64 pi";
const build = { context: "services/worker", base: "python-base" };
const hook = { command: ["true"] };

/** Each with all that makes a resource, and names that begin as another's do. */
const CATALOGUE: Catalogue = {
  bases: [{ name: "python-base" }],
  volumes: [],
  networks: [],
  secrets: [
    { name: "token", generate: 32 },
    { name: "web-token", generate: 32 },
  ],
  services: [
    {
      name: "web",
      build,
      http: { port: 80 },
      replicas: 3,
      order: "start-first",
      secrets: { TOKEN: "token" },
      preDeploy: hook,
      postDeploy: hook,
    },
    {
      name: "store-data",
      build,
      volumes: [{ source: "data", target: "/data" }],
      secrets: { TOKEN: "web-token" },
      preDeploy: hook,
    },
    {
      name: "web-copy",
      build: { context: "services/worker" },
      configs: [{ content: "{{secret:token}}", target: "/config" }],
    },
    { name: "web-stock", image: `postgres@sha256:${"0a".repeat(32)}`, mirror: true },
    {
      name: "store",
      build,
      volumes: [
        { source: "data", target: "/data" },
        { source: "more", target: "/more" },
      ],
    },
  ],
};

/** A declared resource: its URN, and the names of the services and shared things that it is part of. */
interface Part {
  urn: string;
  of: string;
}

/** Runs a program against mocks; gives what it declared, each with the resource without a parent that it is in. */
async function partsOf(program: () => Promise<unknown>, config: Record<string, string>): Promise<Part[]> {
  const parents = new Map<pulumi.Resource, { types: string; root: string }>();
  const parts: Part[] = [];
  await declaredBy(async () => {
    pulumi.runtime.registerStackTransformation(({ resource, type, name, opts }) => {
      const parent = opts.parent && parents.get(opts.parent);
      const types = parent ? `${parent.types}$${type}` : type;
      const root = parent?.root ?? name;
      parents.set(resource, { types, root });
      parts.push({ urn: `urn:pulumi:dev::slipway::${types}::${name}`, of: root });
      return undefined;
    });
    await program();
  }, config);
  return parts;
}

/** As Pulumi does. Source: pulumi/pulumi, pkg/resource/deploy/target.go */
function matches(pattern: string, urn: string): boolean {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\/]/g, "\\$&");
  const regex = escaped
    .split("**")
    .map((part) => part.replaceAll("*", "[^:]*"))
    .join(".*");
  return new RegExp(`^${regex}$`).test(urn);
}

/** The names of what is matched by a service's targets, and what of the rest is, as a proof that nothing else is. */
function check(parts: readonly Part[], service: string, shared: readonly string[], context: TargetsContext) {
  const patterns = targets(CATALOGUE, [service], context);
  const isTarget = ({ urn }: Part) => patterns.some((pattern) => matches(pattern, urn));
  const own = parts.filter(({ of }) => [service, ...shared].includes(of));
  assert.ok(own.length, service);
  assert.deepEqual(
    own.filter((part) => !isTarget(part)).map(({ urn }) => urn),
    [],
    service,
  );
  const others = parts.filter((part) => !own.includes(part) && isTarget(part));
  assert.deepEqual(
    others.map(({ urn }) => urn),
    [],
    service,
  );
}

const CONTEXT: TargetsContext = { unchanged: new Set(), pins: {} };

describe("the targets of a service", () => {
  it("are all that the program declares for it, and nothing of another's", async () => {
    const parts = await partsOf(() => declareStack(CATALOGUE), { ...CONFIG, "slipway:builder": BUILDERS });
    check(parts, "web", ["token", "python-base"], CONTEXT);
    check(parts, "store-data", ["web-token", "python-base"], CONTEXT);
    check(parts, "web-copy", ["token"], CONTEXT);
    check(parts, "web-stock", [], CONTEXT);
    check(parts, "store", ["python-base"], CONTEXT);
  });

  it("are the copies of its images in a stack that promotes out of another registry", async () => {
    const promoting = { "slipway:images": "promote", "slipway:promoteFrom": "ghcr.io/acme-ci" };
    const parts = await partsOf(
      async () => {
        const { settings, catalogue } = load({ ...CATALOGUE });
        for (const recipe of readRecipes(catalogue, settings)) {
          const found = { hash: recipe.hash, digest: `sha256:${"ab".repeat(32)}` };
          new ServiceImage(recipe.name, { recipe, settings, secrets: {}, found });
        }
        return Promise.resolve();
      },
      { ...CONFIG, ...promoting },
    );
    assert.ok(parts.some(({ urn }) => urn.endsWith(":Command::web.copy")));
    check(parts, "web", ["python-base"], CONTEXT);
    check(parts, "web-copy", [], CONTEXT);
  });

  it("are also what it is to lose: a volume that services.ts has no more", () => {
    const urn = "urn:pulumi:dev::slipway::slipway:index:Service$docker:index/volume:Volume::web.old";
    const isTarget = (service: string) =>
      targets(CATALOGUE, [service], CONTEXT).some((pattern) => matches(pattern, urn));
    assert.deepEqual([isTarget("web"), isTarget("store")], [true, false]);
  });
});
