import type { BaselineStore } from '../../core/state.ts';
import type { TagTable } from '../../core/tag.ts';
import type { LearnedModes, StoredModes } from '../../detection/baseline/format.ts';
import { amended, modesName } from './modes.ts';
import { loadReview } from './review.ts';
import { siteBaseline } from './store.ts';

/** The learned modes that the newest baseline was learned in: all that judges by it goes by them. */
export function modesInForce(store: BaselineStore, tags: TagTable): StoredModes[] {
  return (siteBaseline(store)?.content.modes ?? []).filter((modes) => modes.approved !== undefined && areOf(tags, modes));
}

/** The learned modes that the next calibration is to learn in: those in force and those that were approved, as people edited them. */
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

/** False where what was learned is of tags that are gone, or where the configuration gives the equipment modes by now. */
function areOf(tags: TagTable, { equipment, tag }: LearnedModes): boolean {
  const told = tags.tags[tags.indexOf(tag) ?? -1];
  return told?.equipment === equipment && tags.tags.every((one) => one.equipment !== equipment || one.modes === undefined);
}
