import { createEffect, createSignal, on, onCleanup, type Accessor } from 'solid-js';
import type { ReplayStatus } from '../../../../src/core/monitor.ts';
import { limits, type ServerMessage } from '../../../protocol.ts';
import { linkState, veilAfterMs, type LinkState } from '../pure/state/link-state.ts';
import type { Alerts } from './alerts.ts';
import type { EarlySocket } from './early-socket.ts';
import type { LabStore } from './lab.ts';
import { Link } from './link.ts';
import type { LiveValues } from './live-values.ts';
import type { SiteClock } from './site-clock.ts';
import type { Sound } from './sound.ts';
import { shared } from '../text.ts';

/** The link to the server and the state of the picture. */
export interface Connection {
  readonly state: Accessor<LinkState>;
  /** Changes with each frame of the server. The heartbeat's dot follows it, never a timer. */
  readonly beat: Accessor<number>;
  /** Site time minus the newest receive time, ms; NaN before the first sample. */
  readonly lagMs: Accessor<number>;
  /** Delay of the monitor itself, ms of site time; 0 while it is on time. */
  readonly lateMs: Accessor<number>;
  /** Since the last frame, ms. */
  readonly quietMs: Accessor<number>;
  /** Site time of the last frame before the picture stopped. */
  readonly stoppedAt: Accessor<number>;
  readonly reason: Accessor<string>;
  /** Set while a recording feeds the monitor. */
  readonly replay: Accessor<ReplayStatus | undefined>;
  /** Until the next try, ms. */
  readonly nextTryMs: Accessor<number>;
  /** Set once after a stop: its duration and the number of alarms raised meanwhile. */
  readonly back: Accessor<{ readonly afterMs: number; readonly alarms: number } | undefined>;
  readonly dismissBack: () => void;
  readonly tryNow: () => void;
  readonly watchTags: (tags: readonly number[]) => void;
  readonly watchLab: (on: boolean) => void;
}

export interface ConnectionParts {
  readonly run: number;
  readonly clock: SiteClock;
  readonly alerts: Alerts;
  readonly lab: LabStore;
  readonly values: LiveValues;
  readonly sound: Sound;
  readonly onOutdated: () => void;
  readonly onSessionEnd: () => void;
  /** Socket of the first attempt; opened then if absent. */
  readonly early?: EarlySocket | undefined;
}

/** Poll period for judging the lag, ms. */
const lagPeriodMs = 2500;

export function createConnection(parts: ConnectionParts): Connection {
  const { clock, alerts, lab, values, sound } = parts;
  const [beat, setBeat] = createSignal(0);
  const [lagMs, setLagMs] = createSignal(Number.NaN);
  const [lateMs, setLateMs] = createSignal(0);
  const [reason, setReason] = createSignal<string>(shared.sentence.linkLost);
  const [nextTryAt, setNextTryAt] = createSignal(Number.NaN);
  const [back, setBack] = createSignal<{ afterMs: number; alarms: number }>();
  const [moment, setMoment] = createSignal(performance.now());
  const [lastAt, setLastAt] = createSignal(performance.now());
  const [replay, setReplay] = createSignal<ReplayStatus | undefined>(undefined, {
    equals: (a, b) => a?.source === b?.source && a?.speed === b?.speed,
  });
  const [open, setOpen] = createSignal(false);
  const [stoppedAt, setStoppedAt] = createSignal(Number.NaN);
  // after a stop the picture is complete only when the alert stream has answered
  const [synced, setSynced] = createSignal(false);
  let watch = 0;
  let stoppedSince: number | undefined;

  const resume = (position: { epoch?: string; sequence?: number }): void => link.send({ type: 'resume', ...position });
  const watchTags = (tags: readonly number[]): void => {
    watch++;
    // the server closes the link of a page that watches more; further tags then show that they have no data
    link.send({ type: 'watch', watch, tags: tags.slice(0, limits.watchedTags) });
  };
  const received = (): void => {
    setLastAt(performance.now());
    setMoment(performance.now());
  };
  const take = (message: ServerMessage): void => {
    received();
    switch (message.type) {
      case 'heartbeat':
        clock.sync(message.time, message.wallTime, message.replay?.speed ?? message.lab?.speed ?? 1);
        setReplay(message.replay);
        lab.setFeed(message.lab);
        setLagMs(message.lagMs);
        setLateMs(message.lateMs ?? 0);
        setBeat((n) => n + 1);
        return;
      case 'texts':
        values.takeTexts(message.texts);
        return;
      case 'alert-snapshot':
      case 'alert-changes': {
        const result = alerts.take(message);
        if (result === 'lost') resume({});
        else if (result === 'changed') setSynced(true);
        return;
      }
      case 'lab':
        lab.setStatus(message.status);
        return;
      case 'hello':
      case 'refused':
        return;
    }
  };
  const link = new Link(
    {
      opened(hello) {
        if (hello.run !== parts.run) {
          parts.onOutdated();
          return;
        }
        received();
        setOpen(true);
        setNextTryAt(Number.NaN);
        watchTags(values.watchedTags);
        resume(alerts.position());
        if (lab.watching()) link.send({ type: 'watch-lab', on: true });
      },
      message: take,
      values(frame) {
        received();
        if (frame.run === parts.run) values.take(frame);
      },
      closed(end, detail) {
        setOpen(false);
        setSynced(false);
        setReason(detail);
        if (end === 'session-ended') parts.onSessionEnd();
        else if (end === 'wrong-version') parts.onOutdated();
      },
      waiting: setNextTryAt,
    },
    parts.early,
  );
  link.connect();

  const timer = setInterval(() => {
    setMoment(performance.now());
    if (link.connected && performance.now() - lastAt() > veilAfterMs) link.abandon();
  }, 250);
  let activeAt = 0;
  const active = (): void => {
    if (performance.now() - activeAt < 60_000) return;
    activeAt = performance.now();
    link.send({ type: 'active' });
  };
  addEventListener('keydown', active);
  addEventListener('pointerdown', active);
  onCleanup(() => {
    clearInterval(timer);
    removeEventListener('keydown', active);
    removeEventListener('pointerdown', active);
    link.close();
  });

  const quietMs = (): number => Math.max(0, moment() - lastAt());
  const [state, setState] = createSignal<LinkState>('reconnecting');
  createEffect(() => {
    const seen = linkState(quietMs(), open(), lagMs() / Math.max(1, clock.speed()), lagPeriodMs, lateMs());
    setState((before) => (before === 'stopped' && !synced() ? 'stopped' : seen));
  });
  let toneTimer: ReturnType<typeof setInterval> | undefined;
  createEffect(
    on(state, (now, before) => {
      if (now === 'stopped' && before !== 'stopped') {
        stoppedSince = lastAt();
        setStoppedAt(clock.now() - quietMs() * clock.speed());
        sound.stopped();
        toneTimer = setInterval(() => sound.stopped(), 30_000);
      } else if (now !== 'stopped' && before === 'stopped') {
        clearInterval(toneTimer);
        const since = stoppedAt();
        const came = alerts.open().filter((alert) => alert.raisedAt > since && alert.priority !== 'A').length;
        setBack({ afterMs: performance.now() - (stoppedSince ?? performance.now()), alarms: came });
      }
    }),
  );
  onCleanup(() => clearInterval(toneTimer));

  return {
    state,
    beat,
    lagMs,
    lateMs,
    quietMs,
    stoppedAt,
    reason,
    replay,
    nextTryMs: () => Math.max(0, nextTryAt() - moment()),
    back,
    dismissBack: () => setBack(undefined),
    tryNow: () => link.connect(),
    watchTags,
    watchLab: (on) => link.send({ type: 'watch-lab', on }),
  };
}
