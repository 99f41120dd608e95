import type { Json } from '../../src/core/detector.ts';
import type { Influence } from '../../src/core/influence.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { isRecord } from '../../src/detector-kit/columns.ts';

const digits = /\d+/g;

/**
 * Each driver with each of its learned answers. Similar machines learn together: `PS.P#.CMD → PS.P#.AMP` holds for each pump, with
 * the same numbers on both sides.
 */
export function responseInfluences(baseline: Json, { tags }: TagTable): readonly Influence[] {
  const answers = isRecord(baseline) ? baseline['answers'] : undefined;
  if (!isRecord(answers)) return [];
  const families = Map.groupBy(
    tags.map(({ name }) => name),
    (name) => name.replaceAll(digits, '#'),
  );
  return Object.keys(answers).flatMap((key) => {
    const [driver = '', answer = ''] = key.split(' → ');
    const of = (name: string): readonly string[] => families.get(name.replaceAll(digits, '#')) ?? [];
    const isOne = !driver.includes('#') || !answer.includes('#');
    return of(driver).flatMap((from) =>
      of(answer)
        .filter((to) => isOne || String(from.match(digits)) === String(to.match(digits)))
        .map((to): Influence => ({ tags: [from, to] })),
    );
  });
}
