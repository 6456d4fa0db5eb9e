import type { Signal } from "@preact/signals";
import { text } from "../state/preferences.js";

export interface NumberFieldProps {
  label: string;
  value: number;
  min: number;
  max: number;
  /** Where the label alone does not say whose it is. */
  name?: string;
  change: (value: number) => void;
}

/** Whole numbers; what is not one of them yet is left to the browser to complain of. */
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

/** Where a server is looked for by a part of its name. */
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
