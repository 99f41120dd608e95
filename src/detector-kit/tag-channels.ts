import type { Channel, DetectorTarget } from '../core/detector.ts';
import type { Tag, TagTable } from '../core/tag.ts';
import { inMode, type ModePlan, planModes } from './modes.ts';

/** Channels of single tags are the same in every detector: each is made once for a table. */
const channelsOf = new WeakMap<TagTable, Channel[]>();

function channelOf(table: TagTable, index: number): Channel {
  const known = channelsOf.get(table) ?? [];
  channelsOf.set(table, known);
  const { name, area, equipment } = table.at(index);
  return (known[index] ??= { key: name, tags: [index], area, equipment });
}

/**
 * The channels of a detector of single tags. A tag with modes has a channel for each mode and, after them, one for all of them
 * together.
 */
export class TagChannels {
  readonly channels: readonly Channel[];
  /** Tags by channel; the tag of a mode has the name of the mode. */
  readonly tags: readonly Tag[];
  readonly modes: ModePlan;
  /** By table index: the first channel of a tag; −1 if the detector does not judge the tag. */
  readonly firstOf: Int32Array;
  /** 1 for the channel of a mode, by channel. */
  readonly ofMode: Uint8Array;

  /** @param byMode false if normal values are the same in all modes */
  constructor({ tags: table, watched }: Pick<DetectorTarget, 'tags' | 'watched'>, suits: (tag: Tag) => boolean, byMode: boolean) {
    const judged = watched.filter((index) => suits(table.at(index)));
    this.modes = planModes(table, byMode ? judged : []);
    this.firstOf = new Int32Array(table.size).fill(-1);
    const [tags, channels] = [[] as Tag[], [] as Channel[]];
    const ofMode: number[] = [];
    for (const index of judged) {
      this.firstOf[index] = channels.length;
      const names = this.modes.names[index] ?? [];
      const tag = table.at(index);
      const channel = channelOf(table, index);
      tags.push(...names.map((mode) => inMode(tag, mode)), tag);
      channels.push(...names.map((mode) => ({ ...channel, key: `${channel.key}/${mode}` })), channel);
      ofMode.push(...names.map(() => 1), 0);
    }
    this.ofMode = Uint8Array.from(ofMode);
    this.tags = tags;
    this.channels = channels;
  }

  /** The channel of all modes of a tag together. */
  togetherOf(tag: number): number {
    return (this.firstOf[tag] as number) + (this.modes.names[tag] ?? []).length;
  }

  isOfMode(channel: number): boolean {
    return this.ofMode[channel] === 1;
  }

  /** True for the channel of all modes of a tag that has modes. */
  isTogether(channel: number): boolean {
    return this.ofMode[channel] === 0 && this.ofMode[channel - 1] === 1;
  }
}
