import type { Component } from 'solid-js';
import type { TagInfo } from '../../../protocol.ts';
import { PumpingStation, pumpingStationTags } from './pumping-station.tsx';

/** A drawing of one unit. It is shown for the area that has `anchor`, if all of its tags exist. */
export interface Mimic {
  readonly title: string;
  readonly anchor: string;
  readonly tags: readonly string[];
  readonly component: Component<{ readonly tags: ReadonlyMap<string, TagInfo> }>;
}

const mimics: readonly Mimic[] = [
  { title: 'Pumping station with clearwell', anchor: 'PS.FT01', tags: pumpingStationTags, component: PumpingStation },
];

/** The drawing of an area with these tags, or undefined: its display is then generated. */
export const mimicOf = (tags: readonly string[]): Mimic | undefined => mimics.find((mimic) => tags.includes(mimic.anchor));
