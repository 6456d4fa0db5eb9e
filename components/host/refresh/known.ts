import * as pulumi from "@pulumi/pulumi";

/** The value of an input; undefined if a preview does not know it yet. */
export async function known(input: pulumi.Input<string> | undefined): Promise<string | undefined> {
  const output = pulumi.output(input);
  // This field is not in the SDK's types, but nothing else tells: a callback would never be called.
  const { isKnown } = output as unknown as { isKnown: Promise<boolean> };
  return (await isKnown) ? new Promise((resolve) => void output.apply(resolve)) : undefined;
}
