/**
 * The EKS component's provider as a process of its own, on Pulumi's own provider server: `construct` sets the SDK's
 * global state, which belongs to one run at a time. Prints its port; ends with its
 * standard input.
 */
import { main } from "@pulumi/pulumi/provider";
import { construct } from "./index";

void main(
  { version: "4.3.0", construct: (name, type, inputs, options) => construct(type, name, inputs, options) },
  process.argv.slice(2),
);
process.stdin.on("end", () => process.exit(0)).resume();
