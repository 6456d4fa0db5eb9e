/** The shapes that a lab can have: each is the settings of a stack, Pulumi.<stack>.yaml. */
const shapes = {
  workshop: { stack: "dev", what: "a director, two web servers on two machines: the workshop" },
  pair: {
    stack: "pair",
    what: "two directors, of which one takes over when the other dies, web servers and a client",
  },
  anycast: {
    stack: "anycast",
    what: "two directors at work at once: a router spreads connections over them (BGP), web servers",
  },
  routing: {
    stack: "routing",
    what: "web servers that answer a client past the director: direct routing, tunnels",
  },
  dual: { stack: "dual", what: "the workshop over IPv4 and IPv6 at once" },
  many: { stack: "many", what: "six backends of unequal weights in namespaces of two machines" },
} as const;
export type Shape = keyof typeof shapes;

export const shapeNames = Object.keys(shapes) as Shape[];

/** The stack that has a shape's settings. */
export function stackOf(shape: Shape): string {
  return shapes[shape].stack;
}

/** A line for each shape, for help. */
export function shapeLines(): string {
  const width = Math.max(...shapeNames.map(({ length }) => length));
  return shapeNames.map((name) => `  ${name.padEnd(width)}  ${shapes[name].what}`).join("\n");
}
