import type { ImportOptions } from "../../../../model/compose/context.ts";

/** An import of /stack/compose.yaml, beside which are a folder and two files. */
export const OPTIONS: ImportOptions = {
  folder: "/stack",
  hostFolder: "/opt/stack",
  volumes: "new",
  proxy: "edge",
  lookAt: (path) => {
    if (path.endsWith(".conf")) return "small text";
    if (path.endsWith(".bin")) return "other file";
    return path.endsWith("/data") ? "folder" : "nothing";
  },
  read: () => "",
  inProject: (path) => path.replace(/^\/stack\//, ""),
};
