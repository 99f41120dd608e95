import { canaryName } from '../../core/canary.ts';
import { type Detector, type Report, runningStateOf } from '../../core/detector.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import { type Observation, streamTimeOf } from '../../core/observation.ts';
import { Quality } from '../../core/quality.ts';
import { createEngine, type Engine, type EngineDetector, type EngineOptions, type EngineSnapshot } from '../engine/index.ts';
import { Follower, type FollowerSnapshot, type FollowingSettings } from './follower.ts';

export interface FollowingSnapshot extends EngineSnapshot {
  readonly following?: FollowerSnapshot;
}

/** An engine whose thresholds follow slow change. */
export interface FollowingEngine extends Engine {
  /**
   * Sets if findings of the plant are open in other engines, and their tags. Meanwhile no threshold follows, and nothing of these
   * tags is learned.
   */
  openElsewhere(open: boolean, tags: readonly number[]): void;
  /** Every threshold that differs from its calibrated value. */
  followed(): readonly FollowedThreshold[];
  /** The same list once after each day that changed a threshold; undefined otherwise. */
  news(): readonly FollowedThreshold[] | undefined;
  snapshot(what?: 'whole' | 'running'): FollowingSnapshot;
  restore(snapshot: FollowingSnapshot): void;
}

export interface FollowingOptions extends EngineOptions {
  /** Stored record of the same calibration; a snapshot takes precedence. */
  readonly followed?: readonly FollowedThreshold[];
  readonly following?: FollowingSettings;
}

/**
 * An engine for long live operation. Each threshold follows its channel's surprises within the limits of `Follower`. It scales
 * surprises between detectors and engine, without changes to either.
 */
export function createFollowingEngine(options: FollowingOptions): FollowingEngine {
  const { follower, followedDetectors, channelsOf, detectors } = prepare(options);
  return around(createEngine({ ...options, detectors }), follower, followedDetectors, channelsOf);
}

/** A detector whose thresholds follow. */
interface FollowedDetector {
  readonly name: string;
  readonly channels: Detector['channels'];
  /** Index of its first channel in the follower. */
  readonly offset: number;
}

interface Prepared {
  readonly follower: Follower;
  readonly followedDetectors: readonly FollowedDetector[];
  /** By tag: channels of the follower that contain it. */
  readonly channelsOf: ReadonlyMap<number, readonly number[]>;
  readonly detectors: readonly EngineDetector[];
}

function prepare(options: FollowingOptions): Prepared {
  const { thresholds, followed = [] } = options;
  const followedDetectors: FollowedDetector[] = [];
  const begins: number[] = [];
  const channelsOf = new Map<number, number[]>();
  for (const { name, plugin, detector } of options.detectors) {
    const own = thresholds[name];
    // a threshold without a calibration cannot be followed
    if (plugin.threshold !== 'statistical' || own === undefined) continue;
    followedDetectors.push({ name, channels: detector.channels, offset: begins.length });
    for (const channel of detector.channels) {
      for (const tag of channel.tags) {
        const known = channelsOf.get(tag);
        if (known === undefined) channelsOf.set(tag, [begins.length]);
        else known.push(begins.length);
      }
      begins.push(own[channel.key]?.begin ?? 0);
    }
  }
  const follower = new Follower(Float64Array.from(begins), options.following);
  const places = new Map(
    followed.length === 0
      ? []
      : followedDetectors.flatMap(({ name, channels, offset }) => channels.map(({ key }, i) => [`${name} ${key}`, offset + i])),
  );
  for (const { detector, channel, by, since } of followed) {
    const place = places.get(`${detector} ${channel}`);
    if (place !== undefined) follower.resume(place, by, since);
  }
  const detectors = options.detectors.map((entry) => {
    const one = followedDetectors.find(({ name }) => name === entry.name);
    return one === undefined ? entry : { ...entry, detector: following(entry.detector, one.offset, follower) };
  });
  return { follower, followedDetectors, channelsOf, detectors };
}

/** A separate function, because its closures keep their scope, including all thresholds, while the engine runs. */
function around(
  engine: Engine,
  follower: Follower,
  followedDetectors: readonly FollowedDetector[],
  channelsOf: Prepared['channelsOf'],
): FollowingEngine {
  let open = 0;
  let elsewhere = false;

  const watch = (observation: Observation): void => {
    const time = streamTimeOf(observation);
    if (!Number.isNaN(time)) follower.pass(time);
    if (open > 0 || elsewhere || engine.inUnlearnedState) follower.spoil();
    if (observation.kind === 'event' && observation.event.type === 'maintenance')
      follower.hold(observation.event.tags.flatMap((tag) => channelsOf.get(tag) ?? []));
    if (observation.kind !== 'batch') return;
    const { quality, tag, length } = observation.batch;
    for (let row = 0; row < length; row++)
      if (quality[row] !== Quality.Good) for (const slot of channelsOf.get(tag[row] as number) ?? []) follower.spoil(slot);
  };
  const followed = (): FollowedThreshold[] =>
    followedDetectors.flatMap(({ name, channels, offset }) =>
      channels.flatMap(({ key }, channel) => {
        const { by, since } = follower.raised(offset + channel);
        return by > 0 ? [{ detector: name, channel: key, since, by }] : [];
      }),
    );
  return {
    get time() {
      return engine.time;
    },
    get inUnlearnedState() {
      return engine.inUnlearnedState;
    },
    open: () => engine.open(),
    observe: (observation) => {
      watch(observation);
      const changes = engine.observe(observation);
      for (const { change, finding } of changes) {
        // a canary is no deviation of the plant
        if (finding.detector === canaryName) continue;
        open += change === 'begin' ? 1 : change === 'end' ? -1 : 0;
        // a finding that started and ended within one observation counts too
        follower.spoil();
      }
      return changes;
    },
    openElsewhere: (is, concerned) => {
      elsewhere = is;
      if (is) follower.spoil();
      engine.concernedElsewhere(new Set(concerned));
    },
    minor: () => engine.minor(),
    openMinor: () => engine.openMinor(),
    concerned: () => engine.concerned(),
    concernedElsewhere: (concerned) => engine.concernedElsewhere(concerned),
    followed,
    news: () => (follower.changed ? followed() : undefined),
    snapshot: (what) => ({ ...engine.snapshot(what), following: follower.snapshot() }),
    restore: (snapshot) => {
      engine.restore(snapshot);
      if (snapshot.following?.highest.length === follower.channels) follower.restore(snapshot.following);
      open = engine.open().filter(({ detector }) => detector !== canaryName).length;
    },
  };
}

/** The detector for the engine: its surprises in units of thresholds that follow. */
function following(detector: Detector, first: number, follower: Follower): Detector {
  let report: Report = () => {};
  // one function for all observations, because every surprise passes here
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
    runningState: () => runningStateOf(detector),
    restore: (snapshot) => detector.restore(snapshot),
  };
}
