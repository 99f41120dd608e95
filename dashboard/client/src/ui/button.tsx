import { Index, Show, type JSX } from 'solid-js';
import { shared } from '../text.ts';
import './button.css';

interface ButtonProps {
  readonly children: JSX.Element;
  readonly onPress: () => void;
  /** Key with the same action, printed on the button. */
  readonly key?: string | undefined;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly title?: string | undefined;
}

export function Button(props: ButtonProps) {
  return (
    <button
      type="button"
      class="button"
      classList={{ 'button-primary': props.primary === true }}
      disabled={props.disabled === true}
      aria-pressed={props.pressed}
      title={props.title}
      onClick={() => props.onPress()}
    >
      {props.children}
      <Show when={props.key}>{(key) => <kbd>{key()}</kbd>}</Show>
    </button>
  );
}

/** Shows and hides a list. */
export function ListToggle(props: { readonly open: boolean; readonly onToggle: (open: boolean) => void }) {
  return (
    <Button pressed={props.open} onPress={() => props.onToggle(!props.open)}>
      {props.open ? shared.button.hideList : shared.button.showList}
    </Button>
  );
}

/** Choice of one option; the chosen one is filled. */
export function Choice<T extends string | number>(props: {
  readonly label: string;
  /** `refused` is the reason for which an option cannot be chosen. */
  readonly options: readonly { readonly value: T; readonly text: string; readonly refused?: string | undefined }[];
  readonly value: T | undefined;
  readonly disabled?: boolean;
  readonly onChoose: (value: T) => void;
}) {
  return (
    <span class="button-row" role="group" aria-label={props.label}>
      <Index each={props.options}>
        {(option) => (
          <Button
            pressed={props.value === option().value}
            disabled={props.disabled === true || option().refused !== undefined}
            title={option().refused}
            onPress={() => props.onChoose(option().value)}
          >
            {option().text}
          </Button>
        )}
      </Index>
    </span>
  );
}
