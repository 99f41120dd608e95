import type { BaselineLine } from '../../core/monitor.ts';
import { figuresOf, keyInFile, parseFile } from './file.ts';

/**
 * Differences between the entries and a file, one sentence each, by channel and entry, in both directions.
 * @throws ScadaError INPUT_INVALID
 */
export function differences(lines: readonly BaselineLine[], text: string): string[] {
  const inFile = parseFile(text);
  const own = new Map(lines.map((line): [string, BaselineLine] => [`${line.channel} ${keyInFile(line)}`, line]));
  const theirs = new Map(
    Object.entries(inFile).flatMap(([channel, entries]) =>
      Object.entries(entries).map(([key, line]): [string, typeof line] => [`${channel} ${key}`, line]),
    ),
  );
  return [...new Set([...own.keys(), ...theirs.keys()])].flatMap((title) => {
    const ours = own.get(title);
    const other = theirs.get(title);
    if (ours === undefined) return [`+ ${title}: only in the file`];
    if (other === undefined) return [`- ${title}: not in the file`];
    const figures = figuresOf(other);
    const words = [...new Set([...Object.keys(ours.figures), ...Object.keys(figures)])];
    const changed = words.flatMap((word) => {
      const [before, after] = [ours.figures[word], figures[word]];
      return Object.is(before, after) ? [] : [`${word} ${before ?? 'none'} → ${after ?? 'none'}`];
    });
    if (ours.threshold !== other.threshold) changed.push(`threshold ${ours.threshold ?? 'none'} → ${other.threshold ?? 'none'}`);
    for (const mark of ['approved', 'unlearned', 'raised'] as const)
      if ((ours[mark] === undefined) !== (other[mark] === undefined))
        changed.push(`${other[mark] === undefined ? 'not ' : ''}${mark}`);
    return changed.length === 0 ? [] : [`~ ${title}: ${changed.join(', ')}`];
  });
}
