import { createSignal, onCleanup, onMount, Show } from 'solid-js';
import { limits } from '../../../protocol.ts';
import { shared } from '../text.ts';

/** Field for the passphrase of a sign-in, or for a new one with its length rules. */
export function PassphraseField(props: {
  readonly purpose: 'current' | 'new';
  readonly label?: string;
  readonly name?: string;
  readonly ref?: (field: HTMLInputElement) => void;
  readonly optional?: boolean;
}) {
  const isNew = (): boolean => props.purpose === 'new';
  const [length, setLength] = createSignal(0);
  let field!: HTMLInputElement;
  const clear = (): void => void setLength(0);
  onMount(() => {
    const { form } = field;
    form?.addEventListener('reset', clear);
    onCleanup(() => form?.removeEventListener('reset', clear));
  });
  return (
    <label>
      {props.label ?? shared.label.passphrase}
      <input
        class="field"
        ref={(element) => {
          field = element;
          props.ref?.(element);
        }}
        name={props.name ?? 'passphrase'}
        type="password"
        autocomplete={isNew() ? 'new-password' : 'current-password'}
        required={props.optional !== true}
        minlength={isNew() ? limits.passphraseMin : undefined}
        maxlength={isNew() ? limits.passphraseMax : undefined}
        onInput={(event) => setLength(event.currentTarget.value.length)}
      />
      <Show when={isNew()}>
        <small class="dim">
          {length() >= limits.passphraseAdvised
            ? shared.note.passphraseLongEnough
            : shared.note.passphraseLength(limits.passphraseAdvised)}
        </small>
      </Show>
    </label>
  );
}
