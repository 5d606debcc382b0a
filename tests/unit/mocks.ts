import * as pulumi from "@pulumi/pulumi";

/** A resource a program has declared: what the engine would be told. */
export interface Declared {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

const DIGEST = `sha256:${"ab".repeat(32)}`;

/** What providers would compute. */
function computed({ type, name }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  if (type === "docker-build:index:Image") return { digest: DIGEST };
  if (type === "random:index/randomPassword:RandomPassword") return { result: "made at random" };
  return type.startsWith("docker:") ? { name: `${name}-0123456` } : {};
}

/** Secrets arrive wrapped; `secret(…)` shows that one was. */
function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  if ("4dabf18193072939515e22adb298388d" in value && "value" in value)
    return { secret: unwrapped(value.value) };
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unwrapped(entry)]));
}

/**
 * Runs a program against mocks, its stack named "dev".
 * @param config as in a stack file, `slipway:registry` and so on; `secrets:` and `edge:` keys, tokens and keys are secret
 * @returns what it declared, in order, the stack itself left out
 */
export async function declaredBy(
  program: () => Promise<unknown>,
  config: Record<string, string>,
): Promise<Declared[]> {
  const seen: Declared[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource(args) {
      seen.push({
        type: args.type,
        name: args.name,
        inputs: unwrapped(args.inputs) as Record<string, unknown>,
      });
      return { id: `${args.name}-id`, state: { ...(args.inputs as object), ...computed(args) } };
    },
    call({ token }) {
      throw new Error(`no mock for ${token}`);
    },
  };
  // As in a preview: nothing asks a registry.
  await pulumi.runtime.setMocks(mocks, "slipway", "dev", true);
  const secrets = Object.keys(config).filter((key) => /^(secrets|edge):|Token$|Key$/.test(key));
  pulumi.runtime.setAllConfig(config, secrets);
  await pulumi.runtime.runInPulumiStack(async () => {
    await program();
  });
  await pulumi.runtime.disconnect();
  return seen.filter(({ type }) => type !== "pulumi:pulumi:Stack");
}
