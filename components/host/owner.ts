import * as pulumi from "@pulumi/pulumi";
import { slug } from "./slug";

/** Project, stack and name, in characters that are safe in file names and patterns. */
export function ownerOf(name: string): string {
  const owner = [pulumi.getProject(), pulumi.getStack(), name]
    .map((part) =>
      encodeURIComponent(part).replace(
        /[!'()*~]/g,
        (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join("/");
  // It is part of a file name on the machine, which may have 255 characters.
  return owner.length <= 180 ? owner : `${owner.split("/").slice(0, 2).join("/")}/${slug(name)}`;
}
