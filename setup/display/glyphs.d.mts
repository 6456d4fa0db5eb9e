/** Signs that begin a line of progress: Unicode, or ASCII in a locale that has no others. */
export declare const glyphs: { doing: string; done: string; failed: string; more: string };
