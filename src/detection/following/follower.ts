const hoursPerDay = 24;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** Limits of the thresholds, as fractions of the calibrated value. */
export interface FollowingSettings {
  /** Largest change in a day, up or down. */
  readonly mostPerDay: number;
  /** Largest change in total: beyond it a new calibration is needed. */
  readonly most: number;
}

/** A threshold can rise by half in three and a half weeks: slower than most hidden attacks, faster than a season. */
export const defaultFollowing: FollowingSettings = { mostPerDay: 0.02, most: 0.5 };

/** Whole days after the calibration that determine the reference of a channel. */
const settlingDays = 3;
/** Least number of hours in a counted day of a channel. */
const leastHours = 18;
/** The level of a day bounds this share of its hours: neither an operation of an hour nor a single sample affects it. */
const levelShare = 0.75;
/** Longest pause of the stream, ms. Hours with a longer pause, or within an hour after a start, do not count. */
const silenceMs = 600_000;

export interface FollowerSnapshot {
  readonly time: number;
  readonly frozenUntil: number;
  readonly spoiledAll: boolean;
  readonly highest: Float32Array;
  readonly spoiled: Uint8Array;
  readonly held: Uint8Array;
  readonly hours: Float32Array;
  readonly counted: Uint8Array;
  readonly days: Uint8Array;
  readonly reference: Float32Array;
  readonly raised: Float32Array;
  readonly since: Float64Array;
}

/**
 * Increase of the threshold of each channel because normal operation has slowly changed. Only complete hours count that have no
 * finding, no bad value of the channel and no pause of the stream. From these, only the level of most of a day counts. No data
 * can change a threshold by more than the daily rate.
 */
export class Follower {
  readonly #settings: FollowingSettings;
  readonly #perThreshold: Float64Array;
  #state: { -readonly [K in keyof FollowerSnapshot]: FollowerSnapshot[K] };
  #changed = false;

  /** @param begins calibrated threshold of each channel; 0 if it has none */
  constructor(begins: Float64Array, settings: FollowingSettings = defaultFollowing) {
    const channels = begins.length;
    this.#settings = settings;
    this.#perThreshold = begins.map((begin) => (begin > 0 && Number.isFinite(begin) ? 1 / begin : 0));
    this.#state = {
      time: Number.NaN,
      frozenUntil: Number.NEGATIVE_INFINITY,
      spoiledAll: true,
      highest: new Float32Array(channels).fill(-1),
      spoiled: new Uint8Array(channels),
      held: new Uint8Array(channels),
      hours: new Float32Array(channels * hoursPerDay),
      counted: new Uint8Array(channels),
      days: new Uint8Array(channels),
      reference: new Float32Array(channels),
      raised: new Float32Array(channels),
      since: new Float64Array(channels).fill(Number.NaN),
    };
  }

  get channels(): number {
    return this.#perThreshold.length;
  }

  /** True once after each day that changed a threshold. */
  get changed(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** Increase of the channel's threshold as a fraction of the calibrated one, and its begin, ms UTC. */
  raised(channel: number): { readonly by: number; readonly since: number } {
    return { by: this.#state.raised[channel] as number, since: this.#state.since[channel] as number };
  }

  /** Continues from an earlier record. */
  resume(channel: number, by: number, since: number): void {
    this.#state.raised[channel] = Math.min(this.#settings.most, Math.max(0, by));
    this.#state.since[channel] = since;
  }

  /** @returns the surprise in units of the raised threshold */
  see(channel: number, surprise: number): number {
    const score = surprise * (this.#perThreshold[channel] as number);
    if (score > (this.#state.highest[channel] as number)) this.#state.highest[channel] = score;
    return surprise / (1 + (this.#state.raised[channel] as number));
  }

  /** Excludes the hour in progress: for one channel, or for all. */
  spoil(channel?: number): void {
    if (channel === undefined) this.#state.spoiledAll = true;
    else this.#state.spoiled[channel] = 1;
  }

  /** Excludes the hours of these channels, and of no others, until the next call. */
  hold(channels: readonly number[]): void {
    const { held, spoiled } = this.#state;
    held.fill(0);
    for (const channel of channels) held[channel] = spoiled[channel] = 1;
  }

  /** Advances stream time, ms UTC; before any observation of that time. */
  pass(time: number): void {
    const state = this.#state;
    const last = state.time;
    if (!(time > last) && !Number.isNaN(last)) return;
    state.time = time;
    if (Number.isNaN(last) || time - last > silenceMs) {
      state.frozenUntil = time + hourMs;
      state.spoiledAll = true;
    }
    const hour = Math.floor(time / hourMs);
    if (hour === Math.floor(last / hourMs)) return;
    this.#closeHour();
    state.spoiledAll = hour * hourMs < state.frozenUntil;
    if (Math.floor(time / dayMs) !== Math.floor(last / dayMs)) this.#closeDay(time);
  }

  snapshot(): FollowerSnapshot {
    return structuredClone(this.#state);
  }

  restore(snapshot: FollowerSnapshot): void {
    this.#state = structuredClone(snapshot);
  }

  #closeHour(): void {
    const { highest, spoiled, held, hours, counted, spoiledAll } = this.#state;
    highest.forEach((value, channel) => {
      const n = counted[channel] as number;
      if (!spoiledAll && spoiled[channel] === 0 && value >= 0 && n < hoursPerDay) {
        hours[channel * hoursPerDay + n] = value;
        counted[channel] = n + 1;
      }
    });
    highest.fill(-1);
    spoiled.set(held);
  }

  #closeDay(time: number): void {
    const { counted, hours } = this.#state;
    counted.forEach((count, channel) => {
      if (count < leastHours) return;
      const first = channel * hoursPerDay;
      const sorted = hours.slice(first, first + count).sort();
      this.#follow(channel, sorted[Math.floor(levelShare * (count - 1))] as number, time);
    });
    counted.fill(0);
  }

  /** Adds the level of one whole day, in calibrated thresholds. */
  #follow(channel: number, level: number, time: number): void {
    const { days, reference, raised, since } = this.#state;
    const seen = days[channel] as number;
    if (seen < settlingDays) {
      days[channel] = seen + 1;
      reference[channel] = (reference[channel] as number) + level / settlingDays;
      return;
    }
    const { mostPerDay, most } = this.#settings;
    const now = raised[channel] as number;
    const wanted = Math.min(most, Math.max(0, level - (reference[channel] as number)));
    const next = now + Math.min(mostPerDay, Math.max(-mostPerDay, wanted - now));
    if (next === now) return;
    raised[channel] = next;
    since[channel] = next === 0 ? Number.NaN : now === 0 ? time : (since[channel] as number);
    this.#changed = true;
  }
}
