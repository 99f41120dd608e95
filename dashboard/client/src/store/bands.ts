import { createMemo, createResource, createSignal, onCleanup, type Accessor } from 'solid-js';
import type { NormalBand } from '../../../../src/core/monitor.ts';
import { useApp } from './app-context.ts';

/** Refresh period of bands, ms. They rarely change, but appear after the first calibration. */
const everyMs = 20_000;

/** Normal bands of some tags for the current component; undefined for a tag without one or before they are loaded. */
export function useBands(names: Accessor<readonly string[]>): (name: string) => NormalBand | undefined {
  const { tags, health } = useApp();
  const [turn, setTurn] = createSignal(0);
  const timer = setInterval(() => setTurn((n) => n + 1), everyMs);
  onCleanup(() => clearInterval(timer));
  const learned = createMemo(() => health.health()?.learning.state);
  const [bands] = createResource(
    () => ({ names: names(), turn: turn(), learned: learned() }),
    async (wanted) => await tags.bands(wanted.names),
  );
  return (name) => (bands.state === 'errored' ? undefined : bands.latest?.get(name));
}
