import { createSignal, onCleanup, type Accessor } from 'solid-js';
import type { Health } from '../../../api/index.ts';
import { ApiError, query } from './api.ts';
import { shared } from '../text.ts';

export interface HealthStore {
  readonly health: Accessor<Health | undefined>;
  readonly error: Accessor<string | undefined>;
  readonly refresh: () => void;
}

/** Devices, chain and learning of the monitor, requested every few seconds while the page is open. */
export function createHealth(everyMs = 3000): HealthStore {
  const [health, setHealth] = createSignal<Health>();
  const [error, setError] = createSignal<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const refresh = async (): Promise<void> => {
    clearTimeout(timer);
    try {
      setHealth(await query('GET /api/health', {}));
      setError(undefined);
    } catch (thrown) {
      setError(thrown instanceof ApiError ? thrown.message : shared.sentence.healthFailed);
    }
    if (!ended) timer = setTimeout(() => void refresh(), everyMs);
  };
  void refresh();
  onCleanup(() => {
    ended = true;
    clearTimeout(timer);
  });
  return { health, error, refresh: () => void refresh() };
}
