import type { Signal } from "@preact/signals";
import { text } from "../state/preferences.js";

export interface NumberFieldProps {
  label: string;
  value: number;
  min: number;
  max: number;
  /** A full name for screen readers, when the label alone does not name the member. */
  name?: string;
  change: (value: number) => void;
}

/** A field for integers. The browser itself complains about other values. */
export function NumberField({ label, value, min, max, name, change }: NumberFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        {...{ min, max, value }}
        step={1}
        required
        aria-label={name}
        onInput={({ currentTarget }) => {
          if (currentTarget.validity.valid) {
            change(currentTarget.valueAsNumber);
          }
        }}
      />
    </label>
  );
}

/** A field that searches for a server by a part of its name. */
export function SearchField({ sought, isInline }: { sought: Signal<string>; isInline?: boolean }) {
  return (
    <label class={isInline ? "field inline" : "field"}>
      <span>{text.value.find}</span>
      <input
        type="search"
        value={sought.value}
        onInput={({ currentTarget }) => {
          sought.value = currentTarget.value;
        }}
      />
    </label>
  );
}
