import type { RefusedIndicator } from '../core/feed.ts';
import { type Indicator, type Match, writeKey } from './indicator.ts';
import { feedLimits } from './limits.ts';
import type { FeedReceiver } from './parse.ts';

/** Indicators of the files of a feed within their bounds. */
export class Collected implements FeedReceiver {
  /** Number of refused indicators, and the first of them. */
  refused = 0;
  readonly refusals: RefusedIndicator[] = [];
  readonly #room: number;
  readonly #now: number;
  readonly #bySign = new Map<string, Indicator[]>();
  #count = 0;

  /**
   * @param room most indicators
   * @param now ms UTC
   */
  constructor(room: number, now: number) {
    this.#room = room;
    this.#now = now;
  }

  /** @throws Error if there are too many */
  take(indicator: Indicator): void {
    const sign = signOf(indicator.match);
    const same = this.#bySign.get(sign) ?? [];
    this.#bySign.set(sign, same);
    same.push(indicator);
    if (same.length > feedLimits.sameSign) {
      const [least = indicator] = same.toSorted((a, b) => this.#validity(a) - this.#validity(b));
      same.splice(same.indexOf(least), 1);
      this.refuse({ id: least.id, reason: `${feedLimits.sameSign} other indicators of the feed have the same sign` });
    } else if (++this.#count > this.#room) {
      const all = feedLimits.indicators;
      const others = all - this.#room;
      throw new Error(`it has more than ${this.#room} indicators${others > 0 ? `, beside ${others} of other feeds` : ''}`);
    }
  }

  refuse(refused: RefusedIndicator): void {
    this.refused++;
    if (this.refusals.length < feedLimits.refusals) this.refusals.push(refused);
  }

  indicators(): readonly Indicator[] {
    return [...this.#bySign.values()].flat();
  }

  /** Present indicators come before those of another time. */
  #validity({ from, until }: Indicator): number {
    return from <= this.#now ? until : -Infinity;
  }
}

/** Text that two indicators have in common only if they match the same. */
function signOf(match: Match): string {
  switch (match.kind) {
    case 'address':
      return `${match.range.version} ${match.range.first}/${match.range.prefix}`;
    case 'certificate':
      return match.thumbprint;
    case 'write':
      return writeKey(match.write);
  }
}
