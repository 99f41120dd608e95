import { For } from 'solid-js';
import { limits } from '../../../protocol.ts';
import { shared } from '../text.ts';

/** Text of a form, with the setter of its signal. */
interface TextProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
}

/** Field for a note of several lines. */
export function NoteField(props: TextProps & { readonly label?: string; readonly rows?: number }) {
  return (
    <label>
      {props.label ?? shared.label.note}
      <textarea
        class="field"
        name="note"
        rows={props.rows ?? 3}
        maxlength={limits.noteLength}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </label>
  );
}

/** Field for the reason of an act, which the audit trail records. */
export function ReasonField(props: TextProps & { readonly optional?: boolean }) {
  return (
    <label>
      {shared.label.auditReason}
      <input
        class="field"
        name="reason"
        autocomplete="off"
        required={props.optional !== true}
        maxlength={limits.noteLength}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </label>
  );
}

/** Field that offers a few values. */
export function SelectField<Value extends string | number>(props: {
  readonly label: string;
  readonly name: string;
  readonly options: readonly { readonly value: Value; readonly text: string }[];
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
  /** Text of the empty first option, which cannot be sent. */
  readonly choose?: string;
}) {
  const choose = (text: string): void => {
    const chosen = props.options.find(({ value }) => String(value) === text);
    if (chosen !== undefined) props.onChoose(chosen.value);
  };
  return (
    <label>
      {props.label}
      <select
        class="field"
        name={props.name}
        required={props.choose !== undefined}
        value={String(props.value)}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {props.choose === undefined ? undefined : <option value="">{props.choose}</option>}
        <For each={props.options}>
          {({ value, text }) => (
            <option value={String(value)} selected={value === props.value}>
              {text}
            </option>
          )}
        </For>
      </select>
    </label>
  );
}
