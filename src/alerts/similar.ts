import type { Alert } from '../core/alert.ts';
import type { SimilarAlert } from '../core/monitor.ts';
import type { AlertStore } from '../core/state.ts';

/** Time to look back, ms; most tags of an alert that are looked up; most alerts of each. */
const memoryMs = 400 * 86_400_000;
const lookedUp = 5;
const perTag = 50;
/** Least number of similar respects, of five. */
const fewestAlike = 3;

/**
 * Past alerts that share at least three of five properties with an alert: tags, detectors, place, leading tag with direction,
 * technique. The result is counted, not learned, so that a person can verify it. The search is bounded for any length of the
 * history.
 */
export async function similarAlerts(
  alert: Alert,
  store: Pick<AlertStore, 'find'>,
  limit: number,
): Promise<readonly SimilarAlert[]> {
  const span = { from: alert.raisedAt - memoryMs, to: alert.raisedAt, limit: perTag };
  const found =
    alert.tags.length > 0
      ? (await Promise.all(alert.tags.slice(0, lookedUp).map(async (tag) => store.find({ ...span, tag })))).flat()
      : await store.find({ ...span, area: alert.area });
  const past = new Map(
    found.filter(({ id, raisedAt }) => id !== alert.id && raisedAt < alert.raisedAt).map((each) => [each.id, each]),
  );
  return [...past.values()]
    .map((each) => ({ alert: each, alike: alikeIn(alert, each) }))
    .filter(({ alike }) => alike.length >= fewestAlike)
    .sort((a, b) => b.alike.length - a.alike.length || b.alert.raisedAt - a.alert.raisedAt)
    .slice(0, limit);
}

/** The respects in which two alerts are similar, as text. */
function alikeIn(one: Alert, other: Alert): string[] {
  const alike: string[] = [];
  const add = (what: string, shared: readonly string[], several = what): void => {
    if (shared.length > 0) alike.push(`same ${shared.length === 1 ? what : several} ${shared.join(', ')}`);
  };
  add('tag', common(one.tags, other.tags), 'tags');
  add('detector', common(detectorsOf(one), detectorsOf(other)), 'detectors');
  if (one.device !== undefined) add('device', common([one.device], [other.device ?? '']));
  else add('equipment', one.equipment === '' ? [] : common([one.equipment], [other.equipment]));
  add('direction:', common(leadingOf(one), leadingOf(other)));
  add('technique', common(techniquesOf(one), techniquesOf(other)), 'techniques');
  return alike;
}

const common = (some: readonly string[], others: readonly string[]): string[] => some.filter((each) => others.includes(each));
const detectorsOf = ({ findings }: Alert): string[] => [...new Set(findings.map(({ detector }) => detector))];
const techniquesOf = ({ techniques }: Alert): string[] => techniques.map(({ id, name }) => `${id} ${name}`);

/** The tag with the largest contribution, with its direction. */
function leadingOf({ explanation }: Alert): string[] {
  const [first] = explanation.contributions;
  return first === undefined ? [] : [`${first.tag} ${first.share < 0 ? 'below' : 'above'} the expected value`];
}
