import type { AlarmMatch, MatchedPlant } from './alarm-record.ts';
import type { Finding } from './finding.ts';
import { parseReturn, returnProblem } from './return-condition.ts';
import type { TagTable } from './tag.ts';

type Test = (name: string) => boolean;

/** Properties of a finding that a match reads. */
export type MatchedFinding = Pick<Finding, 'detector' | 'channel' | 'tags' | 'equipment' | 'area' | 'device' | 'explanation'>;

/** Compiles a match. */
export function matcherOf(match: AlarmMatch): (finding: MatchedFinding) => boolean {
  const { direction } = match;
  const [detector, kind, tag] = [anyOf(match.detectors), anyOf(match.kinds), anyOf(match.tags)];
  const [equipment, area, device] = [anyOf(match.equipment), anyOf(match.areas), anyOf(match.devices)];
  const techniques = new Set(match.techniques);
  return ({ explanation, ...finding }) => {
    const { contributions, seen = [] } = explanation;
    if (!detector(finding.detector) || !kind(kindOf(finding.channel))) return false;
    if (!equipment(finding.equipment) || !area(finding.area) || !device(finding.device ?? '')) return false;
    if (techniques.size > 0 && !seen.some((id) => techniques.has(id))) return false;
    if (direction === undefined) return match.tags.length === 0 || finding.tags.some(tag);
    const judged = match.tags.length === 0 ? contributions.slice(0, 1) : contributions.filter((part) => tag(part.tag));
    return judged.some(({ share }) => (direction === 'high' ? share > 0 : share < 0));
  };
}

/** Kind of a finding: the last part of its channel's name. */
export const kindOf = (channel: string): string => channel.slice(channel.lastIndexOf('/') + 1);

/** Lists of a match with names that the plant does not have. A pattern must fit at least one name. */
export function unknownNames(
  match: AlarmMatch,
  plant: MatchedPlant,
): readonly { readonly list: string; readonly name: string }[] {
  return (['detectors', 'tags', 'equipment', 'areas', 'devices'] as const).flatMap((list) =>
    match[list].filter((pattern) => !plant[list].some(fits(pattern))).map((name) => ({ list, name })),
  );
}

/** Tags that a match and a return condition may name. */
export const matchedTags = (table: TagTable): Pick<MatchedPlant, 'tags' | 'tagOf'> => ({
  tags: table.tags.map(({ name }) => name),
  tagOf: tagFinder(table),
});

/** Finds a tag by its name; undefined if the table does not have it. */
export const tagFinder =
  (table: TagTable): MatchedPlant['tagOf'] =>
  (name) => {
    const index = table.indexOf(name);
    return index === undefined ? undefined : table.at(index);
  };

/** Reason for which the return condition of a record cannot be used in a plant; undefined if it can, or if there is none. */
export function recordReturnProblem(returnWhen: string | undefined, { tagOf }: Pick<MatchedPlant, 'tagOf'>): string | undefined {
  const all = returnWhen === undefined ? [] : (parseReturn(returnWhen) ?? []);
  return all.map((condition) => returnProblem(condition, tagOf(condition.tag))).find((problem) => problem !== undefined);
}

function anyOf(patterns: readonly string[]): Test {
  if (patterns.length === 0) return () => true;
  const exact = new Set(patterns);
  const wild = patterns.filter((pattern) => /[*?]/.test(pattern)).map(fits);
  return (name) => exact.has(name) || wild.some((test) => test(name));
}

export function fits(pattern: string): Test {
  // runs of * are one *: a longer run would make the expression slow
  const source = pattern
    .replaceAll(/\*+/g, '*')
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`);
  return (name) => expression.test(name);
}
