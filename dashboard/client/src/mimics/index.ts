import type { Component } from 'solid-js';
import type { TagInfo } from '../../../api/index.ts';
import { PumpingStation, pumpingStationTags } from './pumping-station.tsx';
import { texts } from './text.ts';

/** Drawing of one unit, shown for the area with the tag `anchor` if all of its tags exist. */
export interface Mimic {
  readonly title: string;
  readonly anchor: string;
  readonly tags: readonly string[];
  readonly component: Component<{ readonly tags: ReadonlyMap<string, TagInfo> }>;
}

const mimics: readonly Mimic[] = [
  { title: texts.title.pumpingStation, anchor: 'PS.FT01', tags: pumpingStationTags, component: PumpingStation },
];

/** The drawing of an area with these tags; undefined if its display must be generated. */
export const mimicOf = (tags: readonly string[]): Mimic | undefined => mimics.find((mimic) => tags.includes(mimic.anchor));
