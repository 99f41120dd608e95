import { parsePens, pensText, type PenChoice } from '../pure/trend/pens.ts';
import { readStored, writeStored } from './browser-storage.ts';

/** Tags whose pens this browser keeps; the one that was changed first is dropped for a further one. */
const mostTags = 30;

/** The pens that the user has chosen for the trend of a tag; undefined if there are none. */
export const chosenPens = (tag: string): readonly PenChoice[] | undefined => parsePens(readStored(`pens.${tag}`));

/** Keeps the pens of a tag in this browser; undefined removes them. */
export function keepPens(tag: string, pens: readonly PenChoice[] | undefined): void {
  const others = keptTags().filter((one) => one !== tag);
  const kept = pens === undefined ? others : [...others, tag];
  const dropped = [...kept.slice(0, -mostTags), ...(pens === undefined ? [tag] : [])];
  for (const one of dropped) writeStored(`pens.${one}`, '');
  if (pens !== undefined) writeStored(`pens.${tag}`, pensText(pens));
  writeStored('pens', JSON.stringify(kept.slice(-mostTags)));
}

function keptTags(): readonly string[] {
  try {
    const found: unknown = JSON.parse(readStored('pens') ?? '[]');
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
