import { useSignal } from "@preact/signals";
import type { Setting } from "../../../protocol.js";
import {
  changed,
  edit,
  isShown,
  isUnderWay,
  preview,
  requestProblem,
  reset,
  settings,
  wantedValue,
} from "../state/edits.js";
import { marksOf } from "../state/marks.js";
import { topology } from "../state/model.js";
import { format, text } from "../state/preferences.js";
import { NumberField, SearchField } from "./fields.js";
import { Mark } from "./mark.js";

/** The number of members with controls. Other members are found by name. */
const maxMembers = 6;

/** The form of the settings that can be changed. Edits are gathered until they are previewed. */
export function SettingsPanel() {
  const t = text.value;
  const count = Object.keys(changed.value).length;
  return (
    <section class="panel settings" aria-labelledby="settings-title">
      <h2 id="settings-title">{t.settings}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void preview();
        }}
      >
        {settings.value
          .filter(({ member }) => member === undefined)
          .map((setting) => (
            <Control key={setting.path} setting={setting} />
          ))}
        <MemberControls />
        <p class="hint" id="settings-hint">
          {isUnderWay.value ? t.underWay : count === 0 ? t.unchanged : t.changed(count)}
        </p>
        <div class="buttons">
          <button
            type="submit"
            class="primary"
            disabled={count === 0 || isUnderWay.value}
            aria-describedby="settings-hint"
          >
            {t.preview}
          </button>
          {count > 0 && (
            <button type="button" onClick={reset}>
              {t.reset}
            </button>
          )}
          {isUnderWay.value && (
            <button
              type="button"
              onClick={() => {
                isShown.value = true;
              }}
            >
              {t.show}
            </button>
          )}
        </div>
      </form>
      <p class="problem" role="alert">
        {requestProblem.value}
      </p>
    </section>
  );
}

function MemberControls() {
  const t = text.value;
  const sought = useSignal("");
  const members = topology.value?.members ?? [];
  const marks = marksOf(members);
  const byMember = new Map<number, Setting[]>();
  for (const setting of settings.value) {
    if (setting.member !== undefined) {
      byMember.set(setting.member, [...(byMember.get(setting.member) ?? []), setting]);
    }
  }
  const isMany = byMember.size > maxMembers;
  const word = sought.value.trim().toLowerCase();
  const isEdited = (of: Setting[]) => of.some(({ path }) => path in changed.value);
  const found = [...byMember].filter(
    ([member, of]) => isEdited(of) || members[member]?.name.toLowerCase().includes(word),
  );
  // Edited members are always shown.
  const edited = found.filter(([, of]) => isEdited(of));
  const others = found.filter(([, of]) => !isEdited(of));
  const shown = isMany
    ? [...edited, ...others].slice(0, Math.max(maxMembers, edited.length))
    : found;
  return (
    <>
      {isMany && <SearchField sought={sought} />}
      <div class="member-controls">
        {shown.map(([member, of]) => {
          const mark = marks[member];
          const name = members[member]?.name ?? "";
          const title = (
            <>
              {mark && <Mark mark={mark} />}
              <span>{name}</span>
            </>
          );
          const [only] = of;
          if (only && of.length === 1) {
            return (
              <div key={name} class="only">
                <span class="named">{title}</span>
                <Control setting={only} member={name} />
              </div>
            );
          }
          return (
            <fieldset key={name} class={isEdited(of) ? "edited" : ""}>
              <legend>{title}</legend>
              {of.map((setting) => (
                <Control key={setting.path} setting={setting} member={name} />
              ))}
            </fieldset>
          );
        })}
      </div>
      {found.length > shown.length && (
        <p class="hint">{t.andMore(format.whole(found.length - shown.length))}</p>
      )}
      {found.length === 0 && byMember.size > 0 && <p class="hint">{t.noneFound}</p>}
    </>
  );
}

function Control({ setting, member }: { setting: Setting; member?: string }) {
  const t = text.value;
  const value = wantedValue(setting);
  const { what, allowed, path } = setting;
  const labels = {
    ...{ scheduler: t.scheduler, forwarding: t.forwardingLabel, weight: t.weight },
    running: t.isRunning,
  };
  const name = member === undefined ? undefined : t.settingOf(labels[what], member);
  const was = path in changed.value ? valueText(setting, setting.value) : undefined;
  const note = was === undefined ? undefined : t.becomes(was, valueText(setting, value));
  if (typeof value === "boolean") {
    return (
      <label class={`check switch ${was === undefined ? "" : "edited"}`}>
        <input
          type="checkbox"
          role="switch"
          checked={value}
          aria-label={name}
          onChange={({ currentTarget }) => {
            edit(setting, currentTarget.checked);
          }}
        />
        <span>{note ?? labels[what]}</span>
      </label>
    );
  }
  if (typeof value === "number") {
    return (
      <NumberField
        {...{ label: labels[what], value, min: 0, max: 65535 }}
        {...(name === undefined ? {} : { name })}
        change={(number) => {
          edit(setting, number);
        }}
      />
    );
  }
  const hints: Partial<Record<Setting["what"], Record<string, string>>> = {
    ...{ scheduler: t.schedulers, forwarding: t.ways },
  };
  const hint = hints[what]?.[value];
  const id = `hint-${path.replace(/\W/g, "-")}`;
  return (
    <div class={`field ${was === undefined ? "" : "edited"}`}>
      <label>
        <span>{labels[what]}</span>
        <select
          value={value}
          aria-label={name}
          aria-describedby={hint === undefined ? undefined : id}
          onChange={({ currentTarget }) => {
            edit(setting, currentTarget.value);
          }}
        >
          {(allowed ?? [value]).map((word) => (
            <option key={word} value={word}>
              {valueText(setting, word)}
            </option>
          ))}
        </select>
      </label>
      {hint !== undefined && (
        <p class="hint" id={id}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** A setting's value in words. */
export function valueText({ what }: Setting, value: Setting["value"]): string {
  const t = text.value;
  if (typeof value === "boolean") {
    return value ? t.yes : t.no;
  }
  return what === "forwarding" ? (t.forwarding[String(value)] ?? String(value)) : String(value);
}
