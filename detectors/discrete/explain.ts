import { formatDuration } from '../../src/core/format.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import type { States } from '../../src/detector-kit/states.ts';
import { explainTag, listed, stateWord } from '../../src/detector-kit/words.ts';
import { longestStayMs } from './position-stays.ts';
import { burst, type Cause, type Stay } from './stay.ts';

const anyOf = (tag: Tag, values: readonly number[]): string =>
  listed(
    values.map((value) => stateWord(tag, value)),
    'or',
  ) || 'nothing';

/** Explains the state that a channel is in or has just left. */
export function explainCause(
  cause: Cause,
  channel: number,
  tag: Tag,
  stay: Stay,
  states: States,
  changesPerSecond: number,
): Explanation {
  const value = stay.value[channel] as number;
  const before = stay.before[channel] as number;
  const now = stateWord(tag, value);
  const was = stateWord(tag, before);
  const known = anyOf(tag, states.values(channel));
  const at = states.find(channel, value);
  const from = states.find(channel, before);
  const stayed = formatDuration(stay.stayedMs(channel, stay.seen[channel] as number));
  const longest = formatDuration(at < 0 ? Number.NaN : longestStayMs(states, channel, at, tag));
  const only = formatDuration(stay.beforeMs[channel] as number);
  const least = formatDuration(from < 0 ? Number.NaN : states.shortestMs(from));
  const within = formatDuration((1_000 * burst) / stay.changesPerSecond(channel, stay.seen[channel] as number));
  const perBurst = formatDuration((1_000 * burst) / changesPerSecond);
  const next = anyOf(tag, from < 0 ? [] : states.followers(channel, from));
  const texts = {
    none: { does: `is ${now}`, normal: '', headline: `is ${now}`, normalIf: `it were ${known}` },
    state: {
      does: `is ${now}, a new state`,
      normal: `Normal: ${known}`,
      headline: `is ${now}, a new state`,
      normalIf: `it were ${known}`,
    },
    transition: {
      does: `changed from ${was} to ${now}`,
      normal: next === 'nothing' ? `Normal: no change from ${was}` : `Normal: from ${was} to ${next}`,
      headline: `changed from ${was} to ${now}`,
      normalIf: `it changed from ${was} to ${next}`,
    },
    long: {
      does: `has been ${now} for ${stayed}`,
      normal: `Normal: at most ${longest}`,
      headline: `${now} for ${stayed}`,
      normalIf: 'it changed its state as usual',
    },
    short: {
      does: `was ${was} for only ${only}`,
      normal: `Normal: at least ${least}`,
      headline: `left ${was} early`,
      normalIf: `it stayed ${was} for as long as usual`,
    },
    often: {
      does: `changed ${burst} times within ${within}`,
      normal: `Normal: ${burst} changes take at least ${perBurst}`,
      headline: 'changes too often',
      normalIf: `it changed no more than ${burst} times within ${perBurst}`,
    },
  }[cause];
  return explainTag({ tag, ...texts, measured: value, expected: Number.NaN, techniques: techniques(tag, cause) });
}

function techniques(tag: Tag, cause: Cause): readonly string[] {
  if (tag.role === 'measurement' || tag.role === 'status') return cause === 'often' ? ['T0806'] : [];
  const command = tag.role === 'command' ? ['T1692.001'] : ['T0836', 'T1692.001'];
  return cause === 'often' ? ['T0806', ...command] : command;
}
