/** The members with the highest amounts, in the order of the program. */
export interface TopMembers {
  members: number[];
  /** The number of all other members. */
  others: number;
}

/** @param amounts The members' amounts, in the members' order. */
export function topMembers(amounts: ArrayLike<number>, members: number, max: number): TopMembers {
  const places = Array.from({ length: members }, (_, place) => place);
  if (members <= max) {
    return { members: places, others: 0 };
  }
  const amount = (place: number) => amounts[place] ?? 0;
  const chosen = places.sort((a, b) => amount(b) - amount(a) || a - b).slice(0, max);
  return { members: chosen.sort((a, b) => a - b), others: members - max };
}
