import type { Input } from "@pulumi/pulumi";
import { dockerCheck } from "../../rollout/health.ts";
import { LABELS } from "../labels.ts";
import { healthcheck, inspectedHealthcheck, named, single, variables, words } from "./facts.ts";
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
    catalogue: ["preDeploy"],
    compose: ["entrypoint"],
    // A job's command is run as it stands, as a health command and a post-deploy check are.
    make: ({ job }) => job?.command.slice(0, 1),
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
    catalogue: [],
    compose: ["user"],
    compare: {
      label: "user",
      desired: ({ user }, { User }) => single(user || User),
      actual: ({ Config }) => single(Config.User),
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
    make: ({ entry, job, behindOwnProxy }) => (job ? undefined : dockerCheck(entry.health, behindOwnProxy)),
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
  };
  return Object.entries(all).map(([label, value]) => ({ label, value }));
}
