import { For } from 'solid-js';
import { useStation } from '../store/station.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { KeyBinding } from '../ui/keys.ts';
import './help.css';

/** All keys that work here, theme, and the way out. */
export function Help(props: {
  readonly keys: readonly KeyBinding[];
  readonly onClose: () => void;
  readonly onLogout: () => void;
}) {
  const { settings } = useStation();
  return (
    <Dialog title="Keys and settings" onClose={props.onClose}>
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
        Keys of a single letter work
      </label>
      <div class="acts">
        <Button onPress={settings.toggleTheme} key="⇧D">
          {settings.theme() === 'light' ? 'Dark theme' : 'Light theme'}
        </Button>
        <Button onPress={props.onLogout}>Sign out</Button>
        <Button onPress={props.onClose} key="Esc">
          Close
        </Button>
      </div>
    </Dialog>
  );
}
