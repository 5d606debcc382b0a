import { project } from "../runtime/packages.mjs";

/** The folder in a project for all that Slipway keeps there, none of it in git. */
export const OWN = ".slipway";

/**
 * The paths of what Slipway keeps, relative to the project's folder: so they can stand in a state, which is the same
 * from whichever folder the program is run. Whoever opens a file takes {@link inProject} of it.
 */
export const kept = {
  bin: () => `${OWN}/bin`,
  pulumiHome: () => `${OWN}/pulumi`,
  state: () => `${OWN}/state`,
  lab: () => `${OWN}/lab`,
  /** @param build an image's name and content hash, as in web-0123456789abcdef0123456789abcdef; without it the folder of all */
  context: (build?: string) => within(`${OWN}/context`, build),
  /** @param scope see cacheFlags */
  cache: (scope: string) => `${OWN}/cache/${scope}`,
  /** @param build as of `context` */
  build: (build: string) => `${OWN}/build/${build}`,
  retention: (stack: string) => `${OWN}/retention/${stack}.sh`,
  logs: (stack: string) => `${OWN}/logs/${stack}`,
  phases: () => `${OWN}/phases.jsonl`,
  /** @param stack project/stack; without it the folder of all */
  metrics: (stack?: string) => within(`${OWN}/metrics`, stack && `${stack}.jsonl`),
  temporary: () => `${OWN}/tmp`,
  /** @param digest its 64 digits; without it the folder of all */
  sizes: (digest?: string) => within(`${OWN}/sizes`, digest && `${digest}.json`),
  test: () => `${OWN}/test`,
  bench: () => `${OWN}/bench`,
};

function within(folder: string, name?: string): string {
  return name ? `${folder}/${name}` : folder;
}

/** What Slipway and Pulumi write into the project's folder itself: settings of stacks, pins, backups, the report. */
const WRITTEN = /^(Pulumi\..+\.(yaml|yml|json)|volume-backups|slipway-report\.html)$/;

/** Whether a file or folder is written by Slipway or Pulumi themselves, so that no build may see it. */
export function isOwnFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const inProjectItself = path.slice(0, path.lastIndexOf("/")) === project;
  return name === OWN || name === ".pulumi" || (inProjectItself && WRITTEN.test(name));
}

/** A file or folder that Slipway keeps, as docs/reference/files.md describes it. */
export interface KeptFile {
  path: string;
  what: string;
  /** Who writes it. */
  writer: string;
  /** Who reads it. */
  reader: string;
  /** When it goes, besides with `npm stop`, which removes all but the folders of tests and bench and what is other stacks'. */
  lifetime: string;
}

/** Everything Slipway keeps in a project's folder: each entry of {@link kept}, by its name. */
export const KEPT: Readonly<Record<keyof typeof kept, KeptFile>> = {
  bin: {
    path: `${kept.bin()}/`,
    what: "programs of the toolchain, as links into the tool cache",
    writer: "`npm start`, `slipway lab env`; any verb where there is no pulumi on PATH",
    reader: "PATH of the lab's shell and of `slipway`",
    lifetime: "links are renewed at each start",
  },
  pulumiHome: {
    path: `${kept.pulumiHome()}/`,
    what: "PULUMI_HOME of the lab's shell: plugins, the selected stack",
    writer: "`npm start`, `slipway lab env`, pulumi",
    reader: "pulumi",
    lifetime: "plugins are renewed at each start",
  },
  state: {
    path: `${kept.state()}/`,
    what: "the lab's dev stack: state and history, a file backend of Pulumi",
    writer: "pulumi",
    reader: "pulumi; `slipway` reads state and history",
    lifetime: "until `npm stop`, which leaves other stacks than dev in it; `git clean -x` leaves none",
  },
  lab: {
    path: `${kept.lab()}/`,
    what: "the lab: its machines' files, keys, passwords, settings for docker, buildx and ssh",
    writer: "`npm start`, `slipway lab up`",
    reader: "the lab's machines, docker, buildx, ssh, `slipway lab`",
    lifetime: "until `slipway lab down`",
  },
  context: {
    path: `${kept.context("<image>-<content hash>")}/`,
    what: "the files that a build sees, with fixed modes, and times by content; the path stands in the state",
    writer: "the program and `slipway build` (images/stage.ts)",
    reader: "the docker-build plugin, buildx",
    lifetime: "until the same image is staged with other content; 30 days for an image that is built no more",
  },
  cache: {
    path: `${kept.cache("<scope>")}/`,
    what: "layers for the next build, where `caches` has local; the path stands in the state",
    writer: "buildx",
    reader: "buildx",
    lifetime: "kept, grows; it may be deleted at any time",
  },
  build: {
    path: `${kept.build("<image>-<content hash>")}/`,
    what: "the OCI layout of an image",
    writer: "`slipway build --no-push`",
    reader: "you; `slipway build` for images that stand on it",
    lifetime: "replaced by the next build of the same content",
  },
  retention: {
    path: kept.retention("<stack>"),
    what: "how many releases the hosts keep; cutovers run it, and the path stands in the state",
    writer: "the program, at each update",
    reader: "cutovers (host/scripts/retention.sh)",
    lifetime: "replaced at each update",
  },
  logs: {
    path: `${kept.logs("<stack>")}/<replica>-<container>.log`,
    what: "the last 1,000 log lines of containers that a rollback has taken away",
    writer: "`slipway rollback`",
    reader: "you",
    lifetime: "kept; it may be deleted at any time",
  },
  phases: {
    path: kept.phases(),
    what: "how long the phases of each update took, a line each",
    writer: "the program, at the end of each update",
    reader: "`slipway up`, `rollback`, `adopt` and `report`, for the metrics",
    lifetime: "kept, a few hundred bytes for each update",
  },
  metrics: {
    path: kept.metrics("<project>/<stack>"),
    what: "a line for each update: phases, builds, sizes; a file backend's folder has it in its own .slipway, not here",
    writer: "`slipway up`, `rollback`, `adopt` and `report`",
    reader: "`slipway report`",
    lifetime: "kept, about 1 KB for each update; `npm stop` leaves it",
  },
  temporary: {
    path: `${kept.temporary()}/<process>-*`,
    what: "what one process needs while it runs: registry logins for buildx, sources that are being staged, an image on its way to a trial",
    writer: "the program and `slipway build`",
    reader: "the same, and buildx",
    lifetime: "until the process ends, by Ctrl-C too; where it was killed, until the next one",
  },
  sizes: {
    path: kept.sizes("<digest>"),
    what: "what an image weighs for each platform, as its registry said",
    writer: "`slipway sizes`, `slipway report`, the program's check of the size budget",
    reader: "the same, and the metrics",
    lifetime: "kept: a digest's size never changes; it may be deleted at any time",
  },
  test: {
    path: `${kept.test()}/`,
    what: "a project's folder for the tests' own lab and checkouts",
    writer: "`npm test`",
    reader: "`npm test`",
    lifetime: "until the test run ends; `npm stop` leaves it",
  },
  bench: {
    path: `${kept.bench()}/`,
    what: "a project's folder for the measurements' own lab",
    writer: "`npm run bench`",
    reader: "`npm run bench`",
    lifetime: "until the measurement ends; `npm stop` leaves it",
  },
};

/** The folders of a project. */
export function pathsOf(folder: string) {
  return {
    project: folder,
    own: `${folder}/${OWN}`,
    bin: `${folder}/${kept.bin()}`,
    pulumiHome: `${folder}/${kept.pulumiHome()}`,
    state: `${folder}/${kept.state()}`,
    lab: `${folder}/${kept.lab()}`,
  };
}

/** The folders of a project. */
export type Paths = ReturnType<typeof pathsOf>;

/** Those of the project this command belongs to. */
export const paths = pathsOf(project);

/** The absolute path of what is named relative to this project's folder. */
export function inProject(path: string): string {
  return `${paths.project}/${path}`;
}
