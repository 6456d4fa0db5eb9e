import * as pulumi from "@pulumi/pulumi";
import { known } from "../known";

/** Fields that the SDK keeps on a resource for itself. */
interface Inside {
  __name?: string;
  __pulumiType?: string;
  __parentResource?: pulumi.Resource;
  __aliases?: pulumi.Input<string>[];
}

/** The earlier URNs of a resource, from its aliases and those of its parents. */
export async function earlierUrns(resource: pulumi.Resource): Promise<string[]> {
  const { __name, __pulumiType, __parentResource, __aliases = [] } = resource as Inside;
  const own = await Promise.all(__aliases.map((urn) => known(urn)));
  const inherited =
    __parentResource && __name !== undefined && __pulumiType !== undefined
      ? await childUrns(__parentResource, __name, __pulumiType)
      : [];
  return [...own.filter((urn) => urn !== undefined), ...inherited];
}

/** The earlier URNs of a child, as the engine derives them from its parent's aliases. */
export async function childUrns(
  parent: pulumi.Resource,
  name: string,
  type: string,
): Promise<string[]> {
  const { __name: parentName = "" } = parent as Inside;
  return (await earlierUrns(parent)).map((urn) => {
    const end = urn.lastIndexOf("::");
    const before = urn.slice(end + 2);
    const called = name.startsWith(parentName) ? before + name.slice(parentName.length) : name;
    return `${urn.slice(0, end)}$${type}::${called}`;
  });
}

/**
 * The components that a resource is in, by their types: "Shop/IpvsService". Empty for one in no component.
 * @param urn Such as "urn:pulumi:STACK::PROJECT::my:index:Shop$ipvs-lab:index:IpvsService$command:remote:Command::NAME".
 */
export function componentsOf(urn: string): string {
  const [, , types = ""] = urn.split("::");
  const parents = types.split("$").slice(0, -1);
  return parents.map((type) => type.slice(type.lastIndexOf(":") + 1)).join("/");
}
