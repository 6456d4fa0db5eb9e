import type { Member } from "../../backends/plainRealServer";

/** Warnings of properties that the director's engine accepts but that are seldom intended, one line each. */
export function engineWarnings({
  directors,
  persistence,
  realServers,
}: {
  directors: { sysctls: { expire_quiescent_template?: number }; host: { label: string } }[];
  persistence?: object;
  realServers: Pick<Member, "label" | "inhibitOnFailure">[];
}): string[] {
  const inhibited = realServers.filter(({ inhibitOnFailure }) => inhibitOnFailure);
  return directors.flatMap(({ sysctls, host }) =>
    persistence && inhibited.length > 0 && sysctls.expire_quiescent_template === 0
      ? [
          `clients that persistence keeps with ${inhibited.map(({ label }) => label).join(", ")} stay there ` +
            "when its check fails, as inhibitOnFailure gives it weight 0 and sysctls.expire_quiescent_template " +
            `of the director of ${host.label} is 0: leave that setting out, or inhibitOnFailure`,
        ]
      : [],
  );
}
