import type { Channel } from '../../src/core/detector.ts';
import type { TagTable } from '../../src/core/tag.ts';

/** The channel of tags that are judged together. */
export function channelOf(key: string, all: readonly number[], tags: TagTable, watched: ReadonlySet<number>): Channel {
  return {
    key,
    tags: all.filter((tag) => watched.has(tag)),
    area: common(all.map((tag) => tags.at(tag).area)),
    equipment: common(all.map((tag) => tags.at(tag).equipment)),
  };
}

/** The common value of all, or none. */
function common(values: readonly string[]): string {
  const first = values[0] ?? '';
  return values.every((value) => value === first) ? first : '';
}
