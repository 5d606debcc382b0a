import assert from "node:assert/strict";
import type { Health } from "../../../../model/catalogue/health.ts";
import type { Service } from "../../../../model/catalogue/service.ts";
import { containerInputs } from "../../../../model/container/fields.ts";
import { type HostFeatures, USUAL } from "../../../../model/host/features.ts";

const SOURCE = {
  ...{ project: "slipway", stack: "dev", slot: "0", host: "main", image: "ghcr.io/acme/web@sha256:1" },
  secretLine: (variable: string, secret: string) => `${variable}=${secret}=`,
  volumeName: (source: string) => source,
  networks: [{ name: "main-1" }],
};

describe("what services.ts says of a container", () => {
  it("has limits in whole MiB, and of swap what its host's kernel makes of it", () => {
    const limits = (service: Partial<Service>, features: Partial<HostFeatures> = {}) => {
      const { memory, memorySwap, cpuPeriod, cpuQuota } = containerInputs({
        ...{ ...SOURCE, entry: { name: "web", ...service }, features: { ...USUAL, ...features } },
      });
      return [memory, memorySwap, cpuPeriod, cpuQuota];
    };
    assert.deepEqual(limits({}), [undefined, undefined, undefined, undefined]);
    assert.deepEqual(limits({ memory: "512 MB", cpus: 1.5 }), [489, 978, 100_000, 150_000]);
    assert.deepEqual(limits({ memory: "1 GiB", memorySwap: "1.5 GiB" }), [1024, 1536, undefined, undefined]);
    assert.deepEqual(limits({ memory: "1 GiB", memorySwap: "unlimited" })[1], -1);
    assert.deepEqual(limits({ memory: "1 GiB", memorySwap: "2 GiB" }, { swapLimit: false })[1], -1);
    assert.deepEqual(limits({ memory: "1 GiB" }, { memoryLimit: false }).slice(0, 2), [undefined, undefined]);
  });

  it("is a path that must be there to Docker's mounts, which refuse it else, and any other a bind that is made", () => {
    const volumes = [
      { source: "/srv/a", target: "/a" },
      { source: "/srv/b", target: "/b", createHostPath: false },
      { source: "/srv/c", target: "/c", propagation: "rslave" as const, readOnly: true },
    ];
    const made = containerInputs({ ...SOURCE, entry: { name: "web", volumes } });
    assert.deepEqual(JSON.parse(JSON.stringify([made.volumes, made.mounts])), [
      [{ hostPath: "/srv/a", containerPath: "/a" }],
      [
        { type: "bind", source: "/srv/b", target: "/b" },
        {
          type: "bind",
          source: "/srv/c",
          target: "/c",
          readOnly: true,
          bindOptions: { propagation: "rslave" },
        },
      ],
    ]);
  });

  it("is a volume to Docker's mounts where a part of it is mounted, or it begins empty", () => {
    const volumes = [
      { source: "data", target: "/a" },
      { source: "world", target: "/b", subpath: "region", readOnly: true },
      { source: "data", target: "/c", nocopy: true },
    ];
    const made = containerInputs({ ...SOURCE, entry: { name: "web", volumes } });
    assert.deepEqual(JSON.parse(JSON.stringify([made.volumes, made.mounts])), [
      [{ volumeName: "data", containerPath: "/a" }],
      [
        {
          ...{ type: "volume", source: "world", target: "/b", readOnly: true },
          volumeOptions: { subpath: "region" },
        },
        { type: "volume", source: "data", target: "/c", volumeOptions: { noCopy: true } },
      ],
    ]);
  });

  it("has capabilities, durations and security options as the plugin reads them back: anything else rolls for ever", () => {
    const made = (service: Partial<Service>) =>
      containerInputs({ ...SOURCE, entry: { name: "web", ...service }, features: USUAL });
    assert.deepEqual(made({ capAdd: ["NET_ADMIN", "CAP_CHOWN"], capDrop: ["ALL"] }).capabilities, {
      ...{ adds: ["CAP_NET_ADMIN", "CAP_CHOWN"], drops: ["ALL"] },
    });
    const health: Health = {
      ...{ shell: "ping || exit 1", retries: 2 },
      interval: "90 seconds",
      timeout: "0.5 seconds",
      startPeriod: "1 hour",
      startInterval: "1.5 seconds",
    };
    assert.deepEqual(made({ health }).healthcheck, {
      ...{ tests: ["CMD-SHELL", "ping || exit 1"], interval: "1m30s", timeout: "500ms", retries: 2 },
      ...{ startPeriod: "1h0m0s", startInterval: "1.5s" },
    });
    assert.deepEqual(made({ health: "none" }).healthcheck, { tests: ["NONE"] });
    assert.equal(made({ health: "image" }).healthcheck, undefined);
    assert.deepEqual(made({ privileged: true }).securityOpts, ["label=disable"]);
    assert.deepEqual(made({ privileged: true, securityOpt: ["label:user:a"] }).securityOpts, [
      "label:user:a",
    ]);
    assert.equal(made({}).securityOpts, undefined);
  });
});
