import { onCleanup, onMount, Show } from 'solid-js';
import { formatAge } from '../pure/format.ts';
import { useApp } from '../store/app-context.ts';
import { Button } from '../ui/button.tsx';
import { useKeys } from '../ui/keys.ts';
import './veil.css';
import { shared } from '../text.ts';
import { texts } from './text.ts';

/** Full-page DATA STOPPED notice, so that nothing looks live. `onLook` shows the last picture instead, if that is possible. */
export function Veil(props: { readonly onLook?: () => void }) {
  const { connection, zone } = useApp();
  let box!: HTMLDivElement;
  useKeys(() => {
    const { onLook } = props;
    return onLook === undefined ? [] : [{ caption: 'Esc', text: texts.key.showLastPicture, on: ['Escape'], run: onLook }];
  });
  onMount(() => {
    const before = document.activeElement;
    box.focus();
    onCleanup(() => before instanceof HTMLElement && before.focus());
  });
  const next = (): string => {
    const ms = Math.ceil(connection.nextTryMs() / 1000) * 1000;
    return Number.isFinite(ms) && ms > 0 ? texts.sentence.nextTry(formatAge(ms)) : texts.sentence.trying;
  };
  return (
    <div class="veil">
      <div class="veil-box" role="alertdialog" aria-labelledby="veil-title" tabindex="-1" ref={(element) => (box = element)}>
        <h1 id="veil-title">{texts.title.dataStopped(formatAge(connection.quietMs()))}</h1>
        <p class="lead">
          {Number.isFinite(connection.stoppedAt())
            ? texts.sentence.nothingLive(connection.reason(), zone().time(connection.stoppedAt()))
            : texts.sentence.nothingLiveYet(connection.reason())}
        </p>
        <p class="dim">
          {next()} {texts.sentence.usePanel}
        </p>
        <div class="acts">
          <Button primary onPress={() => connection.tryNow()}>
            {shared.button.tryNow}
          </Button>
          <Show when={props.onLook}>
            {(onLook) => (
              <Button key="Esc" onPress={onLook()}>
                {texts.button.showLastPicture}
              </Button>
            )}
          </Show>
        </div>
      </div>
    </div>
  );
}
