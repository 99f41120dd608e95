import { createSignal, Show } from 'solid-js';
import type { Alert } from '../../../../../../src/core/alert.ts';
import { useApp } from '../../../store/app-context.ts';
import { Button } from '../../../ui/button.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { RecordDialog } from './record-dialog.tsx';
import { recordFor } from './record-form.ts';
import { texts } from './text.ts';

/** Button on an anomaly that adds an alarm record for it. */
export function MakeAlarm(props: { readonly alert: Alert }) {
  const { may } = useApp();
  const [chosen, setChosen] = createSignal<Alert>();
  const isPossible = () => props.alert.priority === 'A' && may('change-alarms');
  const open = (): void => void (isPossible() && setChosen(props.alert));
  // the list of keys outlives the alert by a moment, so it does not read it
  useKeys(() => (may('change-alarms') ? [{ caption: 'P', text: texts.key.make, on: ['p'], run: open }] : []));
  return (
    <>
      <Show when={isPossible()}>
        <Button key="P" onPress={open}>
          {texts.button.make}
        </Button>
      </Show>
      <Show when={chosen()} keyed>
        {(alert) => <RecordDialog record={recordFor(alert)} onClose={() => setChosen(undefined)} />}
      </Show>
    </>
  );
}
