import type { Input } from "@pulumi/pulumi";
import { healthcheck, inspectedHealthcheck } from "./healthcheck.ts";
import { dockerCheck } from "../../rollout/health.ts";
import type { Inspected } from "../inspect.ts";
import { LABELS, labelInputs } from "../labels.ts";
import { all, named, single, variables, words } from "./facts.ts";
import type { ContainerSource, Field } from "./field.ts";

/** What runs in a container. */
export const processFields: readonly Field[] = [
  {
    input: "image",
    catalogue: ["build"],
    compose: ["image", "build"],
    make: ({ image }) => image,
    compare: {
      label: "image",
      desired: ({ image }) => single(image),
      actual: ({ Config }) => single(Config.Image),
    },
  },
  {
    input: "entrypoints",
    catalogue: ["entrypoint", "preDeploy"],
    compose: ["entrypoint"],
    // A job's command is run as it stands, as a health command and a post-deploy check are.
    make: ({ entry, job }) => (job ? job.command.slice(0, 1) : entry.entrypoint),
    keptWhenUnset: true,
    compare: {
      label: "entrypoint",
      desired: ({ entrypoints }, { Entrypoint }) => words(entrypoints?.length ? entrypoints : Entrypoint),
      actual: ({ Config }) => words(Config.Entrypoint),
      fromImage: true,
    },
  },
  {
    input: "command",
    catalogue: ["command", "preDeploy"],
    compose: ["command"],
    make: ({ entry, job }) => (job ? job.command.slice(1) : entry.command),
    keptWhenUnset: true,
    compare: {
      label: "command",
      // Docker drops the image's command where the entrypoint is replaced.
      desired: ({ command, entrypoints }, { Cmd }) =>
        words(command?.length || entrypoints?.length ? command : Cmd),
      actual: ({ Config }) => words(Config.Cmd),
      fromImage: true,
    },
  },
  {
    input: "user",
    catalogue: ["user", "hardened"],
    compose: ["user"],
    make: ({ entry }) => entry.user,
    keptWhenUnset: true,
    compare: {
      label: "user",
      desired: ({ user }, { User }) => single(user || User),
      actual: ({ Config }) => single(Config.User),
      fromImage: true,
      shown: true,
    },
  },
  {
    input: "groupAdds",
    catalogue: ["groupAdd"],
    compose: ["group_add"],
    make: ({ entry }) => entry.groupAdd,
    compare: {
      label: "group",
      desired: ({ groupAdds }) => all(groupAdds),
      actual: ({ HostConfig }) => all(HostConfig.GroupAdd),
    },
  },
  {
    input: "workingDir",
    catalogue: ["workingDir"],
    compose: ["working_dir"],
    make: ({ entry }) => entry.workingDir,
    keptWhenUnset: true,
    compare: {
      label: "working folder",
      desired: ({ workingDir }, { WorkingDir }) => single(workingDir || WorkingDir),
      actual: ({ Config }) => single(Config.WorkingDir),
      fromImage: true,
      shown: true,
    },
  },
  {
    input: "hostname",
    catalogue: ["hostname"],
    compose: ["hostname"],
    make: ({ entry }) => entry.hostname,
    keptWhenUnset: true,
    compare: {
      label: "host name",
      desired: ({ hostname }) => single(hostname),
      actual: ({ Config, Id }) => single(Id.startsWith(Config.Hostname ?? "") ? "" : Config.Hostname),
      open: hasOthersNames,
      shown: true,
    },
  },
  {
    input: "domainname",
    catalogue: ["domainname"],
    compose: ["domainname"],
    make: ({ entry }) => entry.domainname,
    compare: {
      label: "domain name",
      desired: ({ domainname }) => single(domainname),
      actual: ({ Config }) => single(Config.Domainname),
      open: hasOthersNames,
      shown: true,
    },
  },
  {
    input: "tty",
    catalogue: ["tty"],
    compose: ["tty"],
    make: ({ entry }) => entry.tty,
    compare: {
      label: "terminal",
      desired: ({ tty }) => single(tty),
      actual: ({ Config }) => single(Config.Tty),
    },
  },
  {
    input: "stdinOpen",
    catalogue: ["stdinOpen"],
    compose: ["stdin_open"],
    make: ({ entry }) => entry.stdinOpen,
    compare: {
      label: "open standard input",
      desired: ({ stdinOpen }) => single(stdinOpen),
      actual: ({ Config }) => single(Config.OpenStdin),
    },
  },
  {
    input: "stopSignal",
    catalogue: ["stopSignal"],
    compose: ["stop_signal"],
    make: ({ entry }) => entry.stopSignal,
    keptWhenUnset: true,
    compare: {
      label: "stop signal",
      desired: ({ stopSignal }, { StopSignal }) => single(stopSignal || StopSignal),
      actual: ({ Config }) => single(Config.StopSignal),
      fromImage: true,
      shown: true,
    },
  },
  {
    input: "envs",
    catalogue: ["environment", "secrets"],
    compose: ["environment", "env_file"],
    make: environment,
    keptWhenUnset: true,
    compare: {
      label: "env",
      desired: ({ envs }, { Env }) => new Map([...variables(Env), ...variables(envs)]),
      actual: ({ Config }) => variables(Config.Env),
      fromImage: true,
    },
  },
  {
    input: "labels",
    catalogue: ["labels"],
    compose: ["labels"],
    make: labels,
    compare: {
      label: "label",
      desired: ({ labels: own = [] }, { Labels }) =>
        new Map([...named(Labels), ...own.map(({ label, value }) => [label, value] as const)]),
      actual: ({ Config }) => named(Config.Labels),
      fromImage: true,
    },
  },
  {
    input: "healthcheck",
    catalogue: ["health"],
    compose: ["healthcheck"],
    make: ({ entry, job, behindOwnProxy, features }) =>
      job ? undefined : dockerCheck(entry.health, { behindOwnProxy, features }),
    ignoredOnChange: true,
    keptWhenUnset: true,
    compare: {
      label: "health check",
      desired: ({ healthcheck: own }, image) => healthcheck(own, image.Healthcheck),
      actual: ({ Config }) => inspectedHealthcheck(Config.Healthcheck),
      fromImage: true,
    },
  },
];

/** The variables as Docker takes them, sorted: their order is part of what is compared. */
function environment({ entry, secretLine }: ContainerSource): Input<string>[] {
  const plain = Object.entries(entry.environment ?? {}).map(([variable, value]): [string, Input<string>] => [
    variable,
    `${variable}=${value}`,
  ]);
  const secret = Object.entries(entry.secrets ?? {}).map(([variable, name]): [string, Input<string>] => [
    variable,
    secretLine(variable, name),
  ]);
  return [...plain, ...secret].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

/** The entry's labels, which a reverse proxy may go by and so no job has, and Slipway's own. */
function labels({ project, stack, slot, host, entry, job }: ContainerSource) {
  const all = {
    ...(job ? {} : entry.labels),
    [LABELS.project]: project,
    [LABELS.stack]: stack,
    [LABELS.service]: entry.name,
    [LABELS.slot]: slot,
    [LABELS.host]: host,
    ...(!job && entry.restart === "no" && { [LABELS.ends]: "yes" }),
  };
  return labelInputs(all);
}

/** Whether its names are those of whose network it has, the host or another container. */
function hasOthersNames({ HostConfig: { NetworkMode = "" } }: Inspected): boolean {
  return NetworkMode === "host" || NetworkMode.startsWith("container:");
}
