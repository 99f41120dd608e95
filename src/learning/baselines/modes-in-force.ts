import type { BaselineStore } from '../../core/state.ts';
import type { TagTable } from '../../core/tag.ts';
import type { LearnedModes, StoredModes } from '../../detection/baseline/format.ts';
import { amended, modesName } from './modes.ts';
import { loadReview } from './review.ts';
import { siteBaseline } from './store.ts';

/** Learned modes in which the newest baseline was learned. Detection with this baseline uses them. */
export function modesInForce(store: BaselineStore, tags: TagTable): StoredModes[] {
  return (siteBaseline(store)?.content.modes ?? []).filter((modes) => modes.approved !== undefined && areOf(tags, modes));
}

/** Learned modes for the next calibration: those in force and approved ones, with edits. */
export function modesAgreed(store: BaselineStore, tags: TagTable): StoredModes[] {
  const site = siteBaseline(store);
  if (site === undefined) return [];
  const reviewed = loadReview(store, site.version).lines.filter(({ detector }) => detector === modesName);
  return (site.content.modes ?? []).flatMap((modes) => {
    const line = reviewed.find(({ channel }) => channel === modes.equipment);
    const approved = line?.approved ?? modes.approved;
    if (approved === undefined || line?.unlearned !== undefined || !areOf(tags, modes)) return [];
    return [{ ...amended(modes, line?.edited?.figures), approved }];
  });
}

/** False if the tags of learned modes no longer exist, or if the configuration now defines modes of the equipment. */
function areOf(tags: TagTable, { equipment, tag }: LearnedModes): boolean {
  const modeTag = tags.tags[tags.indexOf(tag) ?? -1];
  return modeTag?.equipment === equipment && tags.tags.every((one) => one.equipment !== equipment || one.modes === undefined);
}
