/** The operating systems and processors a program can be had for, in Go's words. */
export interface Platform {
  os: "linux" | "darwin";
  arch: "amd64" | "arm64";
}

/** An official download. */
export interface ToolRelease {
  /** By https. */
  url: (platform: Platform) => string;
  /**
   * The SHA-256 of each platform's, by `os-arch`. They stand here, as who serves a download could serve a checksum to
   * go with it. Without one the download is not used.
   */
  checksums: Partial<Record<string, string>>;
  /** Folders to leave off the names in the archive. @default - the download is the program itself, no archive */
  strip?: number;
}

/** What of a program's is built from one Go module. */
export interface ToolBuild {
  /** The module's folder, beside this file. */
  module: string;
  /** Programs to build, by name: the Go package of each. */
  packages: Record<string, string>;
  /** For Go's linker, beside `-s -w`: which version the program says it is. */
  ldflags?: string;
  tags?: string[];
  /**
   * C libraries that are in the program, by their names for pkg-config. It is built with cgo then, and linked with all
   * of C in it, so that it runs on any Linux. @default - pure Go
   */
  libraries?: string[];
  /** What a first program, built from the module without the tag "plugin", is asked to write into its folder. */
  generate?: string[];
}

/** A program from outside, and the two ways to get it. */
export interface Tool {
  version: string;
  release?: ToolRelease;
  builds: ToolBuild[];
  /** How long the builds take on two cores with nothing cached, in minutes. */
  minutes: number;
}

/** A program that is installed together with another. */
export interface Part {
  partOf: string;
}
