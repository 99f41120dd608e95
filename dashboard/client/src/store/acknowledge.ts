import { createSignal, type Accessor } from 'solid-js';
import { ApiError } from './api.ts';
import { useStation } from './station.ts';

const [failure, setFailure] = createSignal<string>();

/** Why the last acknowledgement did not go through, until the next one does. */
export const acknowledgeFailure: Accessor<string | undefined> = failure;
export const dismissFailure = (): void => {
  setFailure(undefined);
};

/** Acknowledges alerts and says so where it fails: the alert goes on flashing until the server has stored it. */
export function useAcknowledge(): {
  acknowledge: (ids: readonly string[], note?: string) => void;
  readonly allowed: Accessor<boolean>;
} {
  const { alerts, live, may } = useStation();
  return {
    allowed: () => live() && may('acknowledge'),
    acknowledge(ids, note) {
      alerts.acknowledge(ids, note).then(
        () => setFailure(undefined),
        (thrown: unknown) => setFailure(thrown instanceof ApiError ? thrown.message : String(thrown)),
      );
    },
  };
}
