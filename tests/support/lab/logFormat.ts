/** What a log gets: no line of Pulumi's progress, no code for a terminal, no carriage return. */
export const readsAsLog = /^(?![^]*(@ (previewing|updating|destroying)|(?![\t\n])\p{Cc}))/u;
