import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import type { States } from '../../src/streaming/states.ts';
import { comparedSpans, duration, explainTag, listed, stateWord } from '../../src/streaming/words.ts';
import { burst, type Cause, type Stay } from './stay.ts';

const anyOf = (tag: Tag, values: readonly number[]): string =>
  listed(
    values.map((value) => stateWord(tag, value)),
    'or',
  ) || 'nothing';

/** Says what was surprising about the state that a channel is in or has just left. */
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
  const [stayed, longest] = comparedSpans(
    stay.stayedMs(channel, stay.seen[channel] as number),
    at < 0 ? Number.NaN : states.longestMs(at),
  );
  const [only, least] = comparedSpans(stay.beforeMs[channel] as number, from < 0 ? Number.NaN : states.shortestMs(from));
  const [within, perBurst] = comparedSpans(
    (1_000 * burst) / stay.changesPerSecond(channel, stay.seen[channel] as number),
    (1_000 * burst) / changesPerSecond,
  );
  const told = {
    none: { does: `is ${now}`, headline: `is ${now}`, normalIf: `it were ${known}` },
    state: {
      does: `is ${now}, a state that it never had in normal running, when it was ${known}`,
      headline: `is ${now}: never seen before`,
      normalIf: `it were ${known}`,
    },
    transition: {
      does: `went from ${was} to ${now}, which it never did in normal running`,
      headline: `went from ${was} to ${now}`,
      normalIf: `it went from ${was} to ${anyOf(tag, from < 0 ? [] : states.followers(channel, from))}`,
    },
    long: {
      does: `has been ${now} for ${stayed}; it normally leaves that state within ${longest}`,
      headline: `${now} for ${duration(stay.stayedMs(channel, stay.seen[channel] as number))}`,
      normalIf: 'it changed its state as usual',
    },
    short: {
      does: `was ${was} for only ${only}; it normally stays so for at least ${least}`,
      headline: `left ${was} early`,
      normalIf: `it stayed ${was} for as long as usual`,
    },
    often: {
      does: `changed ${burst} times within ${within}; in normal running this took at least ${perBurst}`,
      headline: 'switches too often',
      normalIf: `it changed no more than ${burst} times within ${perBurst}`,
    },
  }[cause];
  return explainTag({ tag, ...told, measured: value, expected: Number.NaN, techniques: techniques(tag, cause) });
}

function techniques(tag: Tag, cause: Cause): readonly string[] {
  if (tag.role === 'measurement' || tag.role === 'status') return cause === 'often' ? ['T0806'] : [];
  const command = tag.role === 'command' ? ['T1692.001'] : ['T0836', 'T1692.001'];
  return cause === 'often' ? ['T0806', ...command] : command;
}
