import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { stringify } from "yaml";
import { SECRET } from "../../model/state/resources.ts";
import { TYPES } from "../../model/state/types.ts";

/** The outputs that a stack has after an update, from the engine's events. */
export class StackOutputs {
  private outputs: object = {};

  take({ resOutputsEvent }: EngineEvent): void {
    const { type, new: state } = resOutputsEvent?.metadata ?? {};
    if (type === TYPES.stack && state) this.outputs = state.outputs;
  }

  /** All of them, as `pulumi stack output` names them, a secret as `[secret]`; empty where there are none. */
  format(): string {
    if (!Object.keys(this.outputs).length) return "";
    const hide = (_: string, value: unknown) =>
      value instanceof Object && SECRET in value ? "[secret]" : value;
    return stringify({ Outputs: this.outputs }, hide, { lineWidth: 0 });
  }
}
