import { invalid } from "../args/validate";
import type { Director } from "../director/director";
import type { Vip } from "./vip";

/** The directors, and the first of them. */
export interface Directors {
  director: Director;
  directors: [Director, ...Director[]];
}

/** @throws pulumi.RunError if neither or both of director and directors are given. */
export function withDirectors<T extends { director?: Director; directors?: Director[] }>(
  type: string,
  name: string,
  { director, directors, ...others }: T,
): Omit<T, keyof Directors> & Directors {
  const [first, ...more] = directors ?? (director ? [director] : []);
  if (!first || (director && directors)) {
    throw invalid(type, name, ["director, directors: exactly one of the two must be given"]);
  }
  return { ...others, director: first, directors: [first, ...more] };
}

/** The problems of a service's directors: they must be exactly those of the vip. */
export function directorProblems(directors: Director[], vip: Vip | undefined): string[] {
  const [first] = directors;
  const have = directors.map(({ host }) => host);
  if (vip && directors.length === 1 && !vip.isShared && !vip.hosts.some((h) => have.includes(h))) {
    return ["vip: it is not on the director's machine"];
  }
  const missing = vip?.hosts.find((host) => !have.includes(host));
  return [
    ...(missing ? [`directors: ${missing.label} may have the vip, but is not one of them`] : []),
    ...directors.flatMap(({ engine, host }, i) => [
      ...(have.indexOf(host) < i ? [`directors[${i}]: ${host.label} is one of them already`] : []),
      ...(vip && !vip.hosts.includes(host)
        ? [`directors[${i}]: ${host.label} cannot get the vip, which is others'`]
        : []),
      ...(engine === first?.engine
        ? []
        : [`directors[${i}]: its engine is ${engine}, that of the first ${first?.engine ?? ""}`]),
    ]),
  ];
}
