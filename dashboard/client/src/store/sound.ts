import { createSignal, onCleanup, type Accessor } from 'solid-js';
import type { Priority } from '../../../../src/core/alert.ts';

/** Sound of alarms. Browsers allow it only after a gesture. */
export interface Sound {
  readonly state: Accessor<'off' | 'on' | 'silenced'>;
  /** Remaining time of a silence, ms. */
  readonly leftMs: Accessor<number>;
  /** Must be called from a gesture; plays the test tone. */
  readonly enable: () => Promise<void>;
  /** Stops the sound for five minutes or until the next new alarm, or ends that silence. Does not acknowledge. */
  readonly toggleSilence: () => void;
  /** Plays the tone of a priority; anomalies have none. */
  readonly alarm: (priority: Priority) => void;
  /** Plays the tone of stopped data. */
  readonly stopped: () => void;
}

const silenceMs = 300_000;
/** Time after which the tone of an unacknowledged alarm is repeated, ms. */
const repeatMs = 10_000;
/** Three tones that differ in pitch and count. */
const tones: Readonly<Record<1 | 2 | 3, readonly number[]>> = { 1: [988, 740, 988, 740], 2: [740, 988], 3: [587] };

/** @param pending priority of the most urgent unacknowledged alarm, whose tone is repeated; undefined if there is none */
export function createSound(pending: () => 1 | 2 | 3 | undefined): Sound {
  let context: AudioContext | undefined;
  const [enabled, setEnabled] = createSignal(false);
  const [until, setUntil] = createSignal(0);
  const [clock, setClock] = createSignal(performance.now());
  let playedAt = 0;
  const timer = setInterval(() => {
    setClock(performance.now());
    const priority = pending();
    if (priority !== undefined && performance.now() - playedAt >= repeatMs) play(tones[priority]);
  }, 1000);
  onCleanup(() => clearInterval(timer));
  const leftMs = (): number => Math.max(0, until() - clock());

  const play = (pitches: readonly number[]): void => {
    if (context === undefined || !enabled() || leftMs() > 0) return;
    playedAt = performance.now();
    pitches.forEach((pitch, index) => {
      if (context === undefined) return;
      const start = context.currentTime + index * 0.22;
      const tone = context.createOscillator();
      const level = context.createGain();
      tone.frequency.value = pitch;
      level.gain.setValueAtTime(0, start);
      level.gain.linearRampToValueAtTime(0.25, start + 0.02);
      level.gain.setValueAtTime(0.25, start + 0.16);
      level.gain.linearRampToValueAtTime(0, start + 0.2);
      tone.connect(level).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.21);
    });
  };
  return {
    state: () => (!enabled() ? 'off' : leftMs() > 0 ? 'silenced' : 'on'),
    leftMs,
    async enable() {
      context ??= new AudioContext();
      await context.resume();
      setEnabled(true);
      setUntil(0);
      play(tones[3]);
    },
    toggleSilence: () => setUntil(leftMs() > 0 ? 0 : performance.now() + silenceMs),
    alarm(priority) {
      if (priority === 'A') return;
      setUntil(0);
      play(tones[priority]);
    },
    stopped: () => play([440, 330]),
  };
}
