import { createSignal, type Accessor } from 'solid-js';
import { act, failureText } from './api.ts';
import { useApp } from './app-context.ts';

const [failure, setFailure] = createSignal<string>();

/** Failure of the last act on alerts, until one succeeds. */
export const actFailure: Accessor<string | undefined> = failure;
export const dismissFailure = (): void => {
  setFailure(undefined);
};

const keepFailure = (work: Promise<unknown>): void =>
  void work.then(
    () => setFailure(undefined),
    (thrown: unknown) => setFailure(failureText(thrown)),
  );

/** Acknowledges alerts and keeps the failure. The alert flashes until the server has stored the acknowledgement. */
export function useAcknowledge(): {
  acknowledge: (ids: readonly string[], note?: string) => void;
  readonly allowed: Accessor<boolean>;
} {
  const { alerts, live, may } = useApp();
  return {
    allowed: () => live() && may('acknowledge'),
    acknowledge: (ids, note) => keepFailure(alerts.acknowledge(ids, note)),
  };
}

/** Resets intrusions that wait for it, and keeps the failure. */
export function useReset(): { reset: (ids: readonly string[]) => void; readonly allowed: Accessor<boolean> } {
  const { live, may } = useApp();
  return {
    allowed: () => live() && may('reset'),
    reset: (ids) => keepFailure(act('POST /api/alerts/reset', { ids })),
  };
}
