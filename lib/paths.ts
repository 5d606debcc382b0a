import { project } from "../runtime/packages.mjs";

/** What Slipway keeps in a project's folder, all of it under `.slipway`, none of it in git. */
export function pathsOf(folder: string) {
  const own = `${folder}/.slipway`;
  return {
    project: folder,
    own,
    /** The programs of the toolchain, as links. */
    bin: `${own}/bin`,
    /** PULUMI_HOME. */
    pulumiHome: `${own}/pulumi`,
    /** The file backend. */
    state: `${own}/state`,
    lab: `${own}/lab`,
  };
}

/** The folders of a project. */
export type Paths = ReturnType<typeof pathsOf>;

/** Those of the project this command belongs to. */
export const paths = pathsOf(project);
