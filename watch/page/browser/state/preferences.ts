import { computed, effect, signal } from "@preact/signals";
import { english, type Text } from "../text/english.js";
import { french } from "../text/french.js";

export type Language = "en" | "fr";
export type Theme = "auto" | "light" | "dark";

const texts: Record<Language, Text> = { en: english, fr: french };

export const language = signal<Language>(
  stored("language", ["en", "fr"]) ?? (/^fr\b/i.test(navigator.language) ? "fr" : "en"),
);
export const theme = signal<Theme>(stored("theme", ["auto", "light", "dark"]) ?? "auto");
/** True for the larger size, to be read from afar. */
export const isLarge = signal(stored("size", ["large", "normal"]) === "large");

export const text = computed(() => texts[language.value]);

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(darkSystem.matches);
darkSystem.addEventListener("change", ({ matches }) => {
  systemIsDark.value = matches;
});
/** The theme in use: light or dark. */
export const shownTheme = computed(() =>
  theme.value === "auto" ? (systemIsDark.value ? "dark" : "light") : theme.value,
);

/** The size of the page's letters relative to the normal size. */
export const scale = computed(() => (isLarge.value ? 1.25 : 1));

const wholes = computed(() => new Intl.NumberFormat(language.value, { maximumFractionDigits: 0 }));
const tenths = computed(() => new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 }));
const seconds = computed(
  () =>
    new Intl.NumberFormat(language.value, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
);
const percents = computed(
  () => new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 0 }),
);

export const format = {
  whole: (value: number) => wholes.value.format(value),
  /** Small figures have one decimal, larger ones none. */
  rate: (value: number) => (value < 10 ? tenths : wholes).value.format(value),
  /** Milliseconds as seconds: "1.4 s". */
  seconds: (ms: number) => `${seconds.value.format(ms / 1000)}\u00a0s`,
  percent: (part: number) => percents.value.format(part),
  time: (at: number) =>
    new Date(at).toLocaleTimeString(language.value, { hour12: false, timeStyle: "medium" }),
};

/** Applies the preferences to the page and stores them in the browser. */
export function applyPreferences(): void {
  effect(() => {
    const { documentElement: root } = document;
    root.lang = language.value;
    root.dataset.theme = shownTheme.value;
    root.dataset.size = isLarge.value ? "large" : "normal";
    store("language", language.value);
    store("theme", theme.value);
    store("size", isLarge.value ? "large" : "normal");
  });
}

/** A browser may store nothing for a page. */
function stored<Word extends string>(key: string, allowed: readonly Word[]): Word | undefined {
  try {
    return allowed.find((word) => word === localStorage.getItem(`ipvs-lab-${key}`));
  } catch {
    return undefined;
  }
}

function store(key: string, word: string): void {
  try {
    localStorage.setItem(`ipvs-lab-${key}`, word);
  } catch {
    // The preference then lasts until the page is closed.
  }
}
