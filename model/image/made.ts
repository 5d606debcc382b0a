import type * as ast from "dockerfile-ast";
import { textDigest } from "../../lib/digest.ts";
import { type SourceFile, type SourceFolder, digestOf } from "./context.ts";
import { parseIgnoreFile } from "./dockerignore.ts";
import { type DockerfileContext, type Stage, flagsOf, stagesOf } from "./dockerfile.ts";
import type { Origin } from "./times.ts";

/** What a build reads. */
interface Inputs extends DockerfileContext {
  dockerfile: string;
  context: SourceFolder;
  contexts: Readonly<Record<string, SourceFolder>>;
  bases: Readonly<Record<string, string>>;
}

/** What files follow from that steps make. */
interface Making {
  /** The files that the steps have read, as `folder/path`, and their digests. */
  read: Map<string, string>;
  /** The steps that make files, and those before them; none: no file is made. */
  steps: Set<string>;
}

/** What a stage's files follow from. */
interface Origins extends Making {
  /** The files that were copied into it, as `folder/path`, and their digests. */
  copied: Map<string, string>;
  /** The same as at its first layer with files that a build has made. */
  first?: Making;
}

/**
 * What the files follow from that a build makes, as RUN does, in the image's first layer that has such: the steps up to
 * that one, the files that were copied before it, build arguments and bases. An image has one time for all its layers, so
 * what follows later must not change it: a layer of installed packages stays the same when only the sources change.
 */
export function originOfMade(inputs: Inputs): Origin {
  const found = inputs.platforms.map((platform) => originsFor(inputs, platform));
  const firsts = found.flatMap(({ first }) => first ?? []);
  if (!firsts.length) return { digest: undefined, isWhole: true };
  const steps = firsts.flatMap((first) => [...first.steps]);
  const read = firsts.flatMap((first) => [...first.read]);
  const { dockerfile, args, bases } = inputs;
  // ARG with the values that stages may take over.
  const [head] = dockerfile.split(/^\s*FROM\s/im);
  const sorted = [args, bases].map((each) => Object.entries(each).sort());
  return {
    digest: textDigest(JSON.stringify([head, steps, read.sort(), sorted])),
    isWhole: found.every(({ first, steps }) => steps.size === (first?.steps.size ?? 0)),
  };
}

function originsFor(inputs: Inputs, platform: string): Origins {
  const stages = stagesOf(inputs.dockerfile, inputs, platform);
  const origins: Origins[] = [];
  /** A stage before this one, by its name or number. */
  const find = (name: string) => {
    const number = stages
      .slice(0, origins.length)
      .findLastIndex((stage) => stage.name === name.toLowerCase());
    return origins[/^\d+$/.test(name) ? Number(name) : number];
  };
  for (const stage of stages) origins.push(originsOf(stage, inputs, find));
  const { target } = inputs;
  return (target && find(target)) || origins.at(-1) || empty();
}

function originsOf(stage: Stage, inputs: Inputs, find: (name: string) => Origins | undefined): Origins {
  const own = empty();
  const take = (from: Origins) => {
    for (const kind of ["copied", "read"] as const) for (const entry of from[kind]) own[kind].set(...entry);
    for (const step of from.steps) own.steps.add(step);
  };
  const base = find(stage.from);
  if (base) take(base);
  if (base?.first) own.first = base.first;
  const before: string[] = [];
  for (const { instruction, text } of stage.steps) {
    before.push(text);
    let makes = isMaker(instruction);
    for (const { from, paths } of readBy(instruction)) {
      const folder = from === undefined ? inputs.context : inputs.contexts[from];
      const other = from === undefined ? undefined : find(from);
      if (folder)
        for (const file of matching(folder, paths))
          own.copied.set(`${from ?? ""}/${file.path}`, stateOf(folder, file));
      else if (other) take(other);
      else makes = true; // out of another image, whose files have times of their own
    }
    if (makes) {
      for (const entry of own.copied) own.read.set(...entry);
      own.steps.add(before.join("\n"));
    }
    if (own.steps.size) own.first ??= { read: new Map(own.read), steps: new Set(own.steps) };
  }
  return own;
}

function empty(): Origins {
  return { copied: new Map(), read: new Map(), steps: new Set() };
}

function stateOf(folder: SourceFolder, file: SourceFile): string {
  return file.link ?? `${digestOf(folder, file)}${file.executable ? " 755" : ""}`;
}

/** Whether a step makes files with times of its own; ADD does out of archives and from addresses. */
function isMaker(instruction: ast.Instruction): boolean {
  return ["RUN", "ADD"].includes(instruction.getKeyword()) || heredocsOf(instruction).length > 0;
}

function heredocsOf(instruction: ast.Instruction): ast.Heredoc[] {
  return hasHeredocs(instruction) ? instruction.getHeredocs() : [];
}

function hasHeredocs(instruction: ast.Instruction): instruction is ast.Copy {
  return "getHeredocs" in instruction;
}

function copies(instruction: ast.Instruction): instruction is ast.Copy | ast.Add {
  return ["COPY", "ADD"].includes(instruction.getKeyword());
}

/** From where a step reads files, and which; all where that is not known. */
function readBy(instruction: ast.Instruction): { from: string | undefined; paths: string[] }[] {
  const flags = flagsOf(instruction);
  if (copies(instruction)) {
    const from = flags.find((flag) => flag.getName() === "from")?.getValue() ?? undefined;
    const json = instruction.getJSONStrings();
    const words = json.length
      ? json.map((word) => word.getJSONValue())
      : wordsOf(instruction).map((word) => word.getValue());
    return [{ from, paths: words.slice(0, -1) }];
  }
  return flags
    .filter((flag) => flag.getName() === "mount")
    .flatMap((flag) => {
      const option = (...names: string[]) =>
        names.map((name) => flag.getOption(name)?.getValue()).find((value) => typeof value === "string");
      const from = option("from");
      const isBind = (option("type") ?? "bind") === "bind";
      return isBind || from !== undefined ? [{ from, paths: [option("source", "src") ?? "."] }] : [];
    });
}

/** Without those of its here-documents. */
function wordsOf(instruction: ast.Instruction): ast.Argument[] {
  const [heredoc] = heredocsOf(instruction);
  const end = heredoc?.getStartRange().end.line ?? Infinity;
  return instruction.getArguments().filter((word) => word.getRange().start.line <= end);
}

/** The files that words of COPY mean: all of them where a word has variables, leads over a link, or finds nothing. */
function matching({ files }: SourceFolder, words: readonly string[]): SourceFile[] {
  const found = new Set<SourceFile>();
  for (const word of words) {
    if (/^\w+:\/\/|^<</.test(word)) continue;
    const path = word.replace(/^[./]*\//, "").replace(/\/$/, "");
    if (/[$!#\\]/.test(word) || path === "" || path === ".") return files;
    const rules = parseIgnoreFile(path);
    const matches = files.filter((file) => rules.ignores(file.path));
    if (!matches.length || matches.some(({ link }) => link !== undefined)) return files;
    for (const file of matches) found.add(file);
  }
  return [...found];
}
