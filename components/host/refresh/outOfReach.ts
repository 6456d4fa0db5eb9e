/** The words of the warning about a machine that cannot be read; `npm run drift` recognises it by them. */
export const notLookedAt = "cannot be looked at, so what is on it is taken to be as it was";
