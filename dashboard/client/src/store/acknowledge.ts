import { createSignal, type Accessor } from 'solid-js';
import { failureText } from './api.ts';
import { useApp } from './app-context.ts';

const [failure, setFailure] = createSignal<string>();

/** Failure of the last acknowledgement, until one succeeds. */
export const acknowledgeFailure: Accessor<string | undefined> = failure;
export const dismissFailure = (): void => {
  setFailure(undefined);
};

/** Acknowledges alerts and keeps the failure. The alert flashes until the server has stored the acknowledgement. */
export function useAcknowledge(): {
  acknowledge: (ids: readonly string[], note?: string) => void;
  readonly allowed: Accessor<boolean>;
} {
  const { alerts, live, may } = useApp();
  return {
    allowed: () => live() && may('acknowledge'),
    acknowledge(ids, note) {
      alerts.acknowledge(ids, note).then(
        () => setFailure(undefined),
        (thrown: unknown) => setFailure(failureText(thrown)),
      );
    },
  };
}
