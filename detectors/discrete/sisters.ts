import type { Channel } from '../../src/core/detector.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { familiesOf } from '../../src/detector-kit/families.ts';
import type { States } from '../../src/detector-kit/states.ts';

/** By channel: the channels of the same tag of similar equipment, in the same mode. */
export function sistersOf(channels: readonly Channel[], table: TagTable): readonly (readonly number[])[] {
  const families = familiesOf([...new Set(channels.flatMap(({ tags }) => tags))], table);
  const keys = channels.map(({ key, tags: [tag = 0] }) => `${families.get(tag)} ${key.slice(table.at(tag).name.length)}`);
  const members = Map.groupBy(channels.keys(), (channel) => keys[channel] as string);
  return keys.map((key, at) => (members.get(key) ?? []).filter((other) => other !== at));
}

/** True if any of these channels has been in a state. */
export const anyWasIn = (states: States, channels: readonly number[], value: number): boolean =>
  channels.some((channel) => states.find(channel, value) >= 0);

/** True if any of these channels has changed from one state to another. */
export const anyChanged = (states: States, channels: readonly number[], from: number, to: number): boolean =>
  channels.some((channel) => {
    const [own, next] = [states.find(channel, from), states.find(channel, to)];
    return own >= 0 && next >= 0 && states.followed(channel, own, next);
  });
