import { assignments } from "../../lib/shell.ts";
import { scriptPath } from "./script.ts";

/** The script and its parts as paths in the project. */
export const EDGE_NETWORK_FILES: readonly string[] = ["containers", "edge-network"].map(scriptPath);

/** The variables of edge-network.sh. */
export interface EdgeNetwork {
  /** `project/stack` of the stack whose edge it is. */
  EDGE_STACK: string;
  /** Name of the network that it is to be in, and its address there. */
  NETWORK: string;
  ADDRESS: string;
}

/** The lines that set the script's variables, to put before it. */
export function edgeNetworkInput(network: EdgeNetwork): string {
  return assignments({ ...network });
}
