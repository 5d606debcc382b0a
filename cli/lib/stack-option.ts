import { Option } from "commander";

/** The option of every verb that works on a stack. */
export interface StackOption {
  /** As `pulumi --stack` takes it. @default PULUMI_STACK, else what `pulumi stack select` has chosen */
  stack?: string;
}

export function stackOption(): Option {
  return new Option("-s, --stack <name>", "the stack; PULUMI_STACK or the selected one if not given");
}
