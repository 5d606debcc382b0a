import type { Service } from "../catalogue/service.ts";
import type { Names } from "./names.ts";
import type { ComposeProject, ComposeService } from "./project.ts";
import type { SecretBook } from "./secrets.ts";
import type { Section } from "./section.ts";

/** What is at a path that a Compose file names, on the machine that imports. */
export type Found = "folder" | "small text" | "other file" | "nothing";

/** What an import is to go by, beside the file. */
export interface ImportOptions {
  /** The folder of the Compose file, absolute, which its relative paths are relative to. */
  folder: string;
  /** Folder on the host for what stands beside the Compose file and is mounted into containers. */
  hostFolder: string;
  /** Whether services go on with the volumes that Compose has made, or begin with ones of their own. */
  volumes: "existing" | "new";
  /**
   * Whether Traefik's labels become routes of Slipway's edge, with a list of what it has not, or stay labels for a proxy of
   * one's own; "whole": the edge's where it has all that they say, in all services.
   */
  proxy: "edge" | "own" | "whole";
  /** What is at an absolute path. */
  lookAt: (path: string) => Found;
  /** The text of a file that `lookAt` calls small. */
  read: (path: string) => string;
  /** A path as services.ts has it, relative to the project's folder. */
  inProject: (path: string) => string;
  /** Values before variables were put in, as they stand in the file; none where that is not known. */
  raw?: RawProject | undefined;
}

/** The parts of a project that are looked at before variables and files of variables are put in. */
export interface RawProject {
  services?: Record<string, RawService | undefined>;
  configs?: Record<string, { content?: string } | null | undefined>;
  networks?: Record<string, unknown>;
  volumes?: Record<string, unknown>;
  secrets?: Record<string, unknown>;
  models?: Record<string, unknown>;
}

/** Variables; null is one to be taken from the shell. */
export type RawEnvironment = Record<string, string | number | boolean | null> | string[];

interface RawService {
  environment?: RawEnvironment;
  env_file?: { path: string; required?: boolean }[];
  volumes?: { target?: string; bind?: { create_host_path?: boolean } }[];
}

/** What the mapping of one service goes by. */
export interface Importing {
  project: ComposeProject;
  options: ImportOptions;
  names: { services: Names; volumes: Names; networks: Names };
  secrets: SecretBook;
  /** Whether the project, or a text file of it, speaks of a container by that name. */
  mentions: (container: string) => boolean;
}

/** Maps some keys of a Compose service to keys of a catalogue's entry. */
export type Mapping = (
  service: Section<ComposeService>,
  importing: Importing,
  name: string,
) => Partial<Service>;
