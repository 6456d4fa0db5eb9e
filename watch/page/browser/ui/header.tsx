import { link, topology } from "../state/model.js";
import { isLarge, language, text, theme, type Language, type Theme } from "../state/preferences.js";

export function Header() {
  const t = text.value;
  const known = topology.value;
  return (
    <header class="top">
      <div class="brand">
        <h1>{t.title}</h1>
        {known && (
          <p class="what">
            <span class="mono">{known.service.url}</span>
            <span class="dot" aria-hidden="true" />
            {t.stack(known.stack)}
          </p>
        )}
      </div>
      <p class={`link ${link.value}`} role="status">
        {t[link.value]}
      </p>
      <div class="preferences">
        <label class="field inline">
          <span>{t.language}</span>
          <select
            value={language.value}
            onChange={({ currentTarget }) => {
              language.value = currentTarget.value as Language;
            }}
          >
            <option value="en" lang="en">
              English
            </option>
            <option value="fr" lang="fr">
              Français
            </option>
          </select>
        </label>
        <label class="field inline">
          <span>{t.theme}</span>
          <select
            value={theme.value}
            onChange={({ currentTarget }) => {
              theme.value = currentTarget.value as Theme;
            }}
          >
            {(["auto", "light", "dark"] as const).map((word) => (
              <option key={word} value={word}>
                {t.themes[word]}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={isLarge.value}
            onChange={({ currentTarget }) => {
              isLarge.value = currentTarget.checked;
            }}
          />
          <span>{t.largeText}</span>
        </label>
      </div>
    </header>
  );
}
