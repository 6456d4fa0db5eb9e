/** What a log gets: no line of Pulumi's progress, no code for a terminal, no carriage return. */
// eslint-disable-next-line no-control-regex
export const readsAsLog = /^(?![^]*(@ (previewing|updating|destroying)|[\x00-\x08\x0b-\x1f]))/;
