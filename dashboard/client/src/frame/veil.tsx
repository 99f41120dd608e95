import { onCleanup, onMount, Show } from 'solid-js';
import { formatCounter } from '../pure/format.ts';
import { useStation } from '../store/station.ts';
import { Button } from '../ui/button.tsx';
import { useKeys } from '../ui/keys.ts';
import './veil.css';

/** DATA STOPPED: nothing below may look live. `onLook` shows the last picture instead. */
export function Veil(props: { readonly onLook: () => void }) {
  const { connection, zone } = useStation();
  let box!: HTMLDivElement;
  useKeys(() => [{ caption: 'Esc', text: 'look at the last picture', on: ['Escape'], run: () => props.onLook() }]);
  onMount(() => {
    const before = document.activeElement;
    box.focus();
    onCleanup(() => before instanceof HTMLElement && before.focus());
  });
  const next = (): string => {
    const seconds = Math.ceil(connection.nextTryMs() / 1000);
    return Number.isFinite(seconds) && seconds > 0 ? `Next try in ${seconds} s.` : 'Trying now.';
  };
  return (
    <div class="veil">
      <div class="veil-box" role="alertdialog" aria-labelledby="veil-title" tabindex="-1" ref={(element) => (box = element)}>
        <h1 id="veil-title">DATA STOPPED {formatCounter(connection.quietMs())}</h1>
        <p class="lead">
          {connection.reason()}
          <Show when={Number.isFinite(connection.stoppedAt())}>
            {' '}
            at <b>{zone().time(connection.stoppedAt())}</b>
          </Show>
          . Nothing below is live.
        </p>
        <p class="dim">{next()} Alarms are not shown and not sounded here: use the panel on the plant floor.</p>
        <div class="acts">
          <Button primary onPress={() => connection.tryNow()}>
            Try now
          </Button>
          <Button key="Esc" onPress={() => props.onLook()}>
            Look at the last picture
          </Button>
        </div>
      </div>
    </div>
  );
}
