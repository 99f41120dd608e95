import type { Fact } from '../../src/core/detector.ts';
import { formatDuration } from '../../src/core/format.ts';
import { type BaselineLine, factOf } from '../../src/detector-kit/facts.ts';
import { stateWord } from '../../src/detector-kit/words.ts';
import { deadlineOf } from './chance.ts';
import { type Item, kinds, type Layout } from './layout.ts';
import type { Learned } from './learned.ts';

const hourMs = 3_600_000;

interface Entry {
  readonly item: Item;
  readonly line: BaselineLine;
  readonly taught: number;
}

/** Baseline entries: the operations that are judged, with their deadlines. */
export const factsOf = (layout: Layout, learned: Learned): Fact[] =>
  entriesOf(layout, learned).map(({ item, line, taught }) => factOf(layout.channels[item.channel]?.key ?? '', 0, line, taught));

/** The entry with this name; undefined if there is none. */
export const lineOf = (layout: Layout, learned: Learned, key: string, name: string): BaselineLine | undefined =>
  entriesOf(layout, learned).find(({ item, line }) => layout.channels[item.channel]?.key === key && line.name === name)?.line;

function entriesOf(layout: Layout, learned: Learned): Entry[] {
  return learned.rules.flatMap((rule, slot): Entry[] => {
    if (rule === 'none') return [];
    const item = layout.items[Math.floor(slot / kinds)] as Item;
    const name = nameOf(item, layout, learned.stateOf(slot));
    return [rule === 'interval' ? intervalEntry(item, name, learned, slot) : hourEntry(item, name, learned, slot)];
  });
}

/** `FL#.ST to drain`; the name alone for any change. */
function nameOf(item: Item, layout: Layout, state: number | undefined): string {
  const tag = layout.table.at(item.tags[0] as number);
  return state === undefined ? item.name : `${item.name} to ${stateWord(tag, state)}`;
}

function intervalEntry(item: Item, name: string, learned: Learned, slot: number): Entry {
  const learnt = learned.intervals(slot);
  const figures = {
    usual: {
      read: () => learned.intervals(slot).mean / 1_000,
      write: (_channel: number, value: number) => learned.setMean(slot, value * 1_000),
      above: 0,
    },
    longest: { read: () => learned.intervals(slot).largest / 1_000 },
    deadline: { read: () => deadlineOf(learned.intervals(slot), item.scanMs) / 1_000 },
  };
  return { item, line: { name, unit: 's', figures }, taught: learnt.n };
}

function hourEntry(item: Item, name: string, learned: Learned, slot: number): Entry {
  const learnt = learned.hours(slot, true);
  const hour = {
    read: () => learned.usualHour(slot) / hourMs,
    write: (_channel: number, value: number) => learned.setUsualHour(slot, value * hourMs),
    least: 0,
    most: 24,
  };
  const words = {
    at: hourText(learned.usualHour(slot)),
    'at most later': formatDuration(deadlineOf(learnt, item.scanMs)),
  };
  return { item, line: { name, unit: 'h', figures: { hour }, words }, taught: learnt.n };
}

/** Time of the day: `00:05`. */
export function hourText(ms: number): string {
  const minutes = Math.round(ms / 60_000) % 1_440;
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
