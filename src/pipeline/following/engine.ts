import type { Detector, Report } from '../../core/detector.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import type { Observation } from '../../core/observation.ts';
import { Quality } from '../../core/quality.ts';
import { createEngine, type Engine, type EngineDetector, type EngineOptions, type EngineSnapshot } from '../engine/index.ts';
import { timeOf } from '../feed.ts';
import { Follower, type FollowerSnapshot, type FollowingSettings } from './follower.ts';

export interface FollowingSnapshot extends EngineSnapshot {
  readonly following?: FollowerSnapshot;
}

/** An engine whose thresholds follow slow change. */
export interface FollowingEngine extends Engine {
  /** Whether findings of the same plant are open in other engines, and which tags they concern: nothing is followed meanwhile, nothing of these tags learned. */
  openElsewhere(open: boolean, tags: readonly number[]): void;
  /** Every threshold that is not where calibration set it. */
  followed(): readonly FollowedThreshold[];
  /** The same, once after each day that moved one; undefined otherwise. */
  news(): readonly FollowedThreshold[] | undefined;
  snapshot(): FollowingSnapshot;
  restore(snapshot: FollowingSnapshot): void;
}

export interface FollowingOptions extends EngineOptions {
  /** What the same calibration has followed before; a snapshot knows it better. */
  readonly followed?: readonly FollowedThreshold[];
  readonly following?: FollowingSettings;
}

/**
 * An engine for days and years of live running: each threshold follows its channel's surprises as slowly as `Follower` lets it. It
 * stands between detectors and engine, and changes neither.
 */
export function createFollowingEngine(options: FollowingOptions): FollowingEngine {
  // what no calibration has set can not be followed, and costs nothing
  const isFollowed = ({ name, plugin }: EngineDetector): boolean =>
    plugin.threshold === 'statistical' && options.thresholds[name] !== undefined;
  const seats = options.detectors.filter(isFollowed).flatMap(({ name, detector }) =>
    detector.channels.map(({ key, tags }) => {
      const begin = options.thresholds[name]?.[key]?.begin ?? 0;
      return { detector: name, channel: key, tags, begin };
    }),
  );
  const follower = new Follower(
    Float64Array.from(seats, ({ begin }) => begin),
    options.following,
  );
  const places = new Map(seats.map(({ detector, channel }, slot) => [`${detector} ${channel}`, slot]));
  for (const { detector, channel, by, since } of options.followed ?? []) {
    const slot = places.get(`${detector} ${channel}`);
    if (slot !== undefined) follower.resume(slot, by, since);
  }
  const channelsOf: number[][] = options.tags.tags.map(() => []);
  seats.forEach(({ tags }, slot) => tags.forEach((tag) => channelsOf[tag]?.push(slot)));

  let offset = 0;
  const detectors = options.detectors.map((entry) => {
    if (!isFollowed(entry)) return entry;
    const first = offset;
    offset += entry.detector.channels.length;
    return { ...entry, detector: following(entry.detector, first, follower) };
  });
  const engine = createEngine({ ...options, detectors });
  let open = 0;
  let elsewhere = false;

  const watch = (observation: Observation): void => {
    const time = timeOf(observation);
    if (!Number.isNaN(time)) follower.pass(time);
    if (open > 0 || elsewhere) follower.spoil();
    if (observation.kind === 'event' && observation.event.type === 'maintenance')
      follower.hold(observation.event.tags.flatMap((tag) => channelsOf[tag] ?? []));
    if (observation.kind !== 'batch') return;
    const { quality, tag, length } = observation.batch;
    for (let row = 0; row < length; row++)
      if (quality[row] !== Quality.Good) for (const slot of channelsOf[tag[row] as number] ?? []) follower.spoil(slot);
  };
  const followed = (): FollowedThreshold[] =>
    seats.flatMap(({ detector, channel }, slot) => {
      const { by, since } = follower.raised(slot);
      return by > 0 ? [{ detector, channel, since, by }] : [];
    });
  return {
    get time() {
      return engine.time;
    },
    open: () => engine.open(),
    observe: (observation) => {
      watch(observation);
      const changes = engine.observe(observation);
      for (const { change } of changes) open += change === 'begin' ? 1 : change === 'end' ? -1 : 0;
      // a finding that began and ended at once was one all the same
      if (changes.length > 0) follower.spoil();
      return changes;
    },
    openElsewhere: (is, concerned) => {
      elsewhere = is;
      if (is) follower.spoil();
      engine.concernedElsewhere(new Set(concerned));
    },
    concerned: () => engine.concerned(),
    concernedElsewhere: (concerned) => engine.concernedElsewhere(concerned),
    followed,
    news: () => (follower.changed ? followed() : undefined),
    snapshot: () => ({ ...engine.snapshot(), following: follower.snapshot() }),
    restore: (snapshot) => {
      engine.restore(snapshot);
      if (snapshot.following?.highest.length === seats.length) follower.restore(snapshot.following);
      open = engine.open().length;
    },
  };
}

/** The detector as the engine sees it: its surprises measured by thresholds that follow. */
function following(detector: Detector, first: number, follower: Follower): Detector {
  let report: Report = () => {};
  // one function for all observations: this is where every surprise passes
  const measured: Report = (channel, time, surprise) => report(channel, time, follower.see(first + channel, surprise));
  return {
    channels: detector.channels,
    learn: (observation) => detector.learn(observation),
    score: (observation, to) => {
      report = to;
      detector.score(observation, measured);
    },
    explain: (channel) => detector.explain(channel),
    snapshot: () => detector.snapshot(),
    restore: (snapshot) => detector.restore(snapshot),
  };
}
