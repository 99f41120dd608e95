import type { Accessor } from 'solid-js';
import { keepFailure } from './act-failure.ts';
import { act } from './api.ts';
import { useApp } from './app-context.ts';

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
