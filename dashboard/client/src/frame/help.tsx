import { For } from 'solid-js';
import { useApp } from '../store/app-context.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { KeyBinding } from '../ui/keys.ts';
import './help.css';
import { shared } from '../text.ts';
import { texts } from './text.ts';

/** Dialog with all keys of the page, the theme and the sign-out. */
export function Help(props: {
  readonly keys: readonly KeyBinding[];
  readonly onClose: () => void;
  readonly onLogout: () => void;
}) {
  const { settings } = useApp();
  return (
    <Dialog title={texts.title.keys} onClose={props.onClose}>
      <ul class="help-keys">
        <For each={props.keys}>
          {(key) => (
            <li>
              <kbd>{key.caption}</kbd> {key.text}
            </li>
          )}
        </For>
      </ul>
      <label class="row">
        <input
          type="checkbox"
          checked={settings.letterKeys()}
          onChange={(event) => settings.setLetterKeys(event.currentTarget.checked)}
        />
        {texts.label.letterKeys}
      </label>
      <div class="acts">
        <Button onPress={settings.toggleTheme} key="⇧D">
          {settings.theme() === 'light' ? shared.button.useTheme.dark : shared.button.useTheme.light}
        </Button>
        <Button onPress={props.onLogout}>{texts.button.signOut}</Button>
        <Button onPress={props.onClose} key="Esc">
          {shared.button.close}
        </Button>
      </div>
    </Dialog>
  );
}
