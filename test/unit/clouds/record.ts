/** Runs a program against Pulumi's mocks and keeps what it registered. */
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { vi } from "vitest";

export interface Recorded {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  protect: boolean;
  retainOnDelete: boolean;
  /** `type::name` of what it is a part of. */
  parent: string;
  /** The provider's logical name; empty for a default one. */
  provider: string;
  ignoreChanges: string[];
  /** `type::name` of what the resource waits for, explicitly or through a property. */
  dependsOn: string[];
}

export class Recording {
  constructor(private readonly resources: Recorded[]) {}

  ofType(type: string): Recorded[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  names(type: string): string[] {
    return this.ofType(type)
      .map(({ name }) => name)
      .sort();
  }

  /** The one resource of that type and name; throws with the names there are. */
  one(type: string, name: string): Recorded {
    const found = this.ofType(type).filter((resource) => resource.name === name);
    if (found.length !== 1 || found[0] === undefined) {
      throw new Error(`${found.length} × ${type} "${name}"; there are: ${this.names(type).join(", ")}`);
    }
    return found[0];
  }

  all(): Recorded[] {
    return this.resources;
  }

  /** Whether `resource` waits for `other`, over any number of steps. */
  waitsFor(resource: Recorded, other: Recorded): boolean {
    const target = keyOf(other);
    const seen = new Set<string>();
    const visit = (key: string): boolean => {
      if (key === target) {
        return true;
      }
      if (seen.has(key)) {
        return false;
      }
      seen.add(key);
      return this.resources.filter((item) => keyOf(item) === key).some((item) => item.dependsOn.some(visit));
    };
    return resource.dependsOn.some(visit);
  }
}

function keyOf({ type, name }: Pick<Recorded, "type" | "name">): string {
  return `${type}::${name}`;
}

/** `…::a$b::name` → `b::name` */
function keyOfUrn(urn: string): string {
  return urn.split("::").slice(2).join("::").split("$").pop() ?? "";
}

/** What a cloud answers beyond a resource's own inputs. */
export type Computed = (type: string, name: string, inputs: Record<string, unknown>) => Record<string, unknown>;
export type Invoke = (token: string, inputs: Record<string, unknown>, provider?: string) => Record<string, unknown>;

export async function record<T>(
  program: () => T | Promise<T>,
  computed: Computed,
  invoke: Invoke,
): Promise<{ result: T; recording: Recording }> {
  const register = vi.spyOn(MockMonitor.prototype, "registerResource");
  const inputsOf = new Map<string, Record<string, unknown>>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs: untyped }) => {
        const inputs = untyped as Record<string, unknown>;
        inputsOf.set(`${type}::${name}`, inputs);
        return { id: `${name}-id`, state: { ...inputs, ...computed(type, name, inputs) } };
      },
      call: ({ token, inputs, provider }) => invoke(token, inputs as Record<string, unknown>, provider),
    },
    "kubernetes-platform",
    "test",
  );
  try {
    const result = await program();
    await pulumi.runtime.disconnect();
    const requests = register.mock.calls.map(([request]) => request as RegisterResourceRequest);
    const resources = requests.map((request) => ({
      type: request.getType(),
      name: request.getName(),
      inputs: inputsOf.get(`${request.getType()}::${request.getName()}`) ?? {},
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      parent: keyOfUrn(request.getParent()),
      provider: keyOfUrn(request.getProvider()).split("::")[1] ?? "",
      ignoreChanges: request.getIgnorechangesList(),
      dependsOn: request.getDependenciesList().map(keyOfUrn),
    }));
    return { result, recording: new Recording(resources) };
  } finally {
    register.mockRestore();
  }
}

/** The value of an output, once it is there. */
export function valueOf<T>(output: pulumi.Input<T>): Promise<T> {
  return new Promise((resolve) => {
    pulumi.output(output).apply((value) => resolve(value as T));
  });
}
