/** What begins a line of progress: signs, or ASCII where the locale has no others. */
export declare const glyphs: { doing: string; done: string; failed: string; more: string };
