import type { ContainerArgs } from "@pulumi/docker";
import type { InspectedDeviceRequest } from "../inspect.ts";
import { all, single } from "./facts.ts";
import type { ContainerSource, Field } from "./field.ts";

/** Devices of its host that a container has. */
export const deviceFields: readonly Field[] = [
  {
    input: "devices",
    catalogue: ["devices"],
    compose: ["devices"],
    make: ({ entry: { devices } }) =>
      devices?.map(({ source, target = source, permissions = "rwm" }) => ({
        hostPath: source,
        containerPath: target,
        permissions,
      })),
    compare: {
      label: "device",
      desired: ({ devices = [] }) =>
        new Map(
          devices.map(({ hostPath, containerPath = hostPath, permissions = "rwm" }) => [
            containerPath,
            `${hostPath} ${permissions}`,
          ]),
        ),
      actual: ({ HostConfig }) =>
        new Map(
          (HostConfig.Devices ?? []).map(({ PathOnHost, PathInContainer, CgroupPermissions }) => [
            PathInContainer,
            `${PathOnHost} ${CgroupPermissions}`,
          ]),
        ),
      shown: true,
    },
  },
  {
    input: "deviceCgroupRules",
    catalogue: ["deviceCgroupRules"],
    compose: ["device_cgroup_rules"],
    make: ({ entry }) => entry.deviceCgroupRules,
    compare: {
      label: "device rule",
      desired: ({ deviceCgroupRules }) => all(deviceCgroupRules),
      actual: ({ HostConfig }) => all(HostConfig.DeviceCgroupRules),
      shown: true,
    },
  },
  {
    input: "deviceRequests",
    catalogue: ["gpus"],
    compose: ["gpus"],
    make: gpus,
    compare: {
      label: "GPUs",
      desired: ({ deviceRequests = [] }) =>
        requests(
          deviceRequests.map(({ driver, count, deviceIds, capabilities = [], options }) => ({
            ...{ Driver: driver, Count: count, DeviceIDs: deviceIds, Options: options },
            Capabilities: [capabilities],
          })),
        ),
      actual: ({ HostConfig }) => requests(HostConfig.DeviceRequests ?? []),
      shown: true,
    },
  },
];

function gpus({ entry: { gpus: wanted } }: ContainerSource): ContainerArgs["deviceRequests"] {
  if (wanted === undefined) return undefined;
  const asked = wanted === "all" ? {} : typeof wanted === "number" ? { count: wanted } : wanted;
  const { driver = "nvidia", deviceIds, count = deviceIds ? 0 : -1, capabilities = ["gpu"], options } = asked;
  return [{ driver, count, capabilities, ...(deviceIds && { deviceIds }), ...(options && { options }) }];
}

/** Each request as one text, the order of its lists left out. */
function requests(list: readonly InspectedDeviceRequest[]) {
  const texts = list.map(({ Driver = "", Count = 0, DeviceIDs, Capabilities, Options }) =>
    JSON.stringify([
      ...[Driver, Count, [...(DeviceIDs ?? [])].sort(), [...(Capabilities?.[0] ?? [])].sort()],
      Object.entries(Options ?? {}).sort(),
    ]),
  );
  return single(texts.sort().join(" "));
}
