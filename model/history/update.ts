/** An update of a stack: who ran what, when, and how it ended. */
export interface Update {
  /** Which of the stack's updates it is, from 1; none of an interrupted one. */
  number?: number;
  /** What was run: update, destroy, refresh, import, … */
  kind: string;
  /** interrupted: it left no record, as it was killed, or still runs; only what it has left in the state shows it. */
  result: "succeeded" | "failed" | "in-progress" | "interrupted";
  /** As ISO 8601 has it, to the second; without a record, when it made its last change, if it left any. */
  started?: string | undefined;
  ended?: string | undefined;
  /** Author of the commit it was run from. */
  author?: string | undefined;
  /** Who had CI run it. */
  actor?: string | undefined;
  /** The CI job that ran it: its URL, or the system's name and the job's number. */
  run?: string | undefined;
  commit?: string | undefined;
  /** Whether the folder had changes that the commit has not. */
  dirty?: boolean;
  message?: string | undefined;
  /** How many resources it created, updated, replaced, …, in Pulumi's words. */
  resourceChanges?: Readonly<Record<string, number>> | undefined;
}

/** An update as `pulumi stack history --json` has it. */
export interface HistoryEntry {
  /** 0 on backends that do not number updates. */
  version: number;
  kind: string;
  startTime: string;
  endTime?: string;
  message: string;
  environment: Readonly<Record<string, string>>;
  result: "succeeded" | "failed" | "in-progress";
  resourceChanges?: Readonly<Record<string, number>>;
}

/** The updates of a history, newest first as it is. Where the backend does not number them, their order does. */
export function updatesOf(history: readonly HistoryEntry[]): Update[] {
  return history.map(
    ({ version, kind, result, startTime, endTime, message, environment, resourceChanges }, index) => ({
      number: version || history.length - index,
      kind,
      result,
      started: startTime,
      ended: endTime,
      author: environment["git.author"],
      // Outside of CI the message is the commit's, and whoever wrote that could name anybody.
      actor: environment["ci.system"] ? TRAILER.exec(message)?.[1] : undefined,
      run: runOf(environment),
      commit: environment["git.head"],
      dirty: environment["git.dirty"] === "true",
      message: environment["ci.system"] ? message.replace(TRAILER, "") : message,
      resourceChanges,
    }),
  );
}

/** As git's trailers are. Pulumi records the CI job, but not whom it runs for, so the message has it. */
const TRAILER = /\n\nRun-by: (.+)$/;

/**
 * What an update is to record as its message: the commit's, and who had CI run it; nothing outside of CI, where Pulumi
 * takes the commit's by itself. Known are GitHub's, Gitea's and Forgejo's Actions, GitLab, CircleCI and Azure Pipelines.
 */
export function messageInCi(env: NodeJS.ProcessEnv, title: () => string): string | undefined {
  const actor =
    env.GITHUB_TRIGGERING_ACTOR || // of a run that was started again; GITHUB_ACTOR is still who was first
    env.GITHUB_ACTOR ||
    env.GITLAB_USER_LOGIN ||
    env.CIRCLE_USERNAME ||
    env.BUILD_REQUESTEDFOR;
  return actor && `${title()}\n\nRun-by: ${actor}`;
}

/** Who ran an update, as far as it is known, for people. */
export function whoRan({ author, actor, run }: Update): string | undefined {
  return [author, actor && `run by ${actor}`, run].filter(Boolean).join(", ") || undefined;
}

function runOf(environment: HistoryEntry["environment"]): string | undefined {
  const system = environment["ci.system"];
  if (!system) return undefined;
  const job = environment["ci.build.number"] ?? environment["ci.build.id"] ?? "";
  return environment["ci.build.url"] ?? `${system} ${job}`.trim();
}
