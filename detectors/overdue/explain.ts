import type { Contribution, Explanation } from '../../src/core/finding.ts';
import { formatDuration } from '../../src/core/format.ts';
import type { Tag } from '../../src/core/tag.ts';
import { called, limited, listed, shorten, stateWord, techniquesOfChange } from '../../src/detector-kit/words.ts';
import { hourText } from './facts.ts';
import type { Judge, Worst } from './judge.ts';
import { type Item, kinds, type Layout } from './layout.ts';
import type { Learned } from './learned.ts';

const longestTitle = 48;
/** Most equipment that a sentence names. */
const mostNamed = 6;
/** A blocked command, or a false status. */
const withoutOperation = ['T1691.001', 'T1692.002'];

/** Explains the largest surprise of a channel. */
export function explainOperation(channel: number, layout: Layout, learned: Learned, judge: Judge): Explanation {
  const worst = judge.worst(channel);
  if (worst === undefined || worst.surprise === 0) return asUsual(layout.channels[channel]?.key ?? '');
  const item = layout.items[Math.floor(worst.slot / kinds)] as Item;
  const tags = waitingFirst(item, layout, judge).map((tag) => layout.table.at(tag));
  const text = textOf(worst, item, layout, learned, judge);
  const label = labelOf(item, tags);
  return {
    sentence: limited(`${label} ${text.does}. ${text.normal}.`),
    title: shorten(
      [label, item.name].map((name) => `${name} ${text.headline}`).find(({ length }) => length <= longestTitle) ??
        `${item.name} ${text.headline}`,
    ),
    contributions: contributionsOf(tags, layout, judge),
    normalIf: text.normalIf,
    techniques: worst.isUnusual ? techniquesOfChange(tags[0] as Tag) : withoutOperation,
  };
}

interface Text {
  readonly does: string;
  readonly normal: string;
  readonly headline: string;
  readonly normalIf: string;
}

function textOf({ slot, isUnusual }: Worst, item: Item, layout: Layout, learned: Learned, judge: Judge): Text {
  const tag = layout.table.at(item.tags[0] as number);
  const state = learned.stateOf(slot);
  const to = state === undefined ? '' : ` to ${stateWord(tag, state)}`;
  const at = hourText(learned.usualHour(slot));
  const where = placesOf(item, layout);
  if (isUnusual) {
    const hour = hourText(learned.localMs(judge.tracker.last[slot] as number));
    return {
      does: `changed${to}${where} at ${hour}`,
      normal: `Normal: once a day at about ${at}`,
      headline: `changed${to} at ${hour}`,
      normalIf: `it had changed at about ${at}`,
    };
  }
  if (learned.rules[slot] === 'hour') {
    const late = formatDuration(judge.lateMs(slot));
    return {
      does: `has not changed${to}${where} and is ${late} late`,
      normal: `Normal: every day at about ${at}`,
      headline: `is ${late} late`,
      normalIf: `it had changed at about ${at}`,
    };
  }
  const { mean, largest } = learned.intervals(slot);
  const elapsed = formatDuration(judge.elapsedMs(slot));
  const changed = item.isCounter ? 'counted' : `changed${to}`;
  return {
    does: `has not ${changed}${where} for ${elapsed}`,
    normal: `Normal: about every ${formatDuration(mean)}, at most ${formatDuration(largest)}`,
    headline: item.isCounter ? `has not counted for ${elapsed}` : `not changed${to} for ${elapsed}`,
    normalIf: `it had ${changed} within ${formatDuration(largest)}`,
  };
}

/** The tags of an item, the one whose last change is longest ago first. */
function waitingFirst({ tags }: Item, { slotOf }: Layout, { tracker }: Judge): number[] {
  const changedAt = (tag: number): number => {
    const time = tracker.changedAt[slotOf[tag] as number] as number;
    return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
  };
  return tags.toSorted((a, b) => changedAt(a) - changedAt(b) || a - b);
}

/** ` at FL1, FL2, FL3 or FL4`; empty for a single tag. */
function placesOf({ tags }: Item, { table }: Layout): string {
  if (tags.length === 1) return '';
  const places = tags.map((tag) => table.at(tag).equipment);
  return places.length > mostNamed ? ` at ${places.length} places` : ` at ${listed(places, 'or')}`;
}

/** Description of a tag; of similar tags what their descriptions have in common without numbers, else the name of the family. */
function labelOf(item: Item, tags: readonly Tag[]): string {
  const [first, ...others] = tags.map((tag) => (tags.length === 1 ? called(tag) : called(tag).replaceAll(/\s*\d+/g, '')));
  return first !== undefined && others.every((one) => one === first) ? first : item.name;
}

const contributionsOf = (tags: readonly Tag[], { table, slotOf }: Layout, { tracker }: Judge): Contribution[] =>
  tags.map(({ name, unit }) => {
    const measured = tracker.value[slotOf[table.indexOf(name) as number] as number] as number;
    return { tag: name, share: 1 / tags.length, unit, measured, expected: Number.NaN };
  });

function asUsual(key: string): Explanation {
  return {
    sentence: limited(`The operations of ${key} occur as in normal operation.`),
    title: shorten(`${key} operates as usual`),
    contributions: [],
    normalIf: 'it stayed as it is',
    techniques: [],
  };
}
