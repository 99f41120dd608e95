import { createMemo, createResource, createSignal, onCleanup, type Accessor } from 'solid-js';
import type { NormalBand } from '../../../../src/core/monitor.ts';
import { useStation } from './station.ts';

/** A baseline changes seldom, but while a first one is being learned its bands appear at some moment, ms. */
const everyMs = 20_000;

/** Normal bands of some tags, kept fresh for the current component: undefined for a tag without one, or before they are known. */
export function useBands(names: Accessor<readonly string[]>): (name: string) => NormalBand | undefined {
  const { tags, health } = useStation();
  const [turn, setTurn] = createSignal(0);
  const timer = setInterval(() => setTurn((n) => n + 1), everyMs);
  onCleanup(() => clearInterval(timer));
  const learned = createMemo(() => health.health()?.learning.state);
  const [bands] = createResource(
    () => ({ names: names(), turn: turn(), learned: learned() }),
    async (asked) => await tags.bands(asked.names),
  );
  return (name) => (bands.state === 'errored' ? undefined : bands.latest?.get(name));
}
