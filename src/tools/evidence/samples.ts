import { type Batch, BatchBuilder, TextDictionary } from '../../core/batch.ts';
import { encodeJson } from '../../core/json.ts';
import type { TagTable } from '../../core/tag.ts';
import type { BatchLine } from './format.ts';

/** A batch as a line of evidence. */
export function encodeBatchLine(batch: Batch, tags: TagTable): string {
  const line: BatchLine = {
    kind: 'batch',
    device: batch.device,
    tag: Array.from(batch.tag, (tag) => tags.at(tag).name),
    value: [...batch.value],
    quality: [...batch.quality],
    sourceTime: [...batch.sourceTime],
    receiveTime: [...batch.receiveTime],
    ...(batch.texts.size === 0 ? {} : { texts: [...batch.texts] }),
  };
  return encodeJson(line);
}

/** Gives texts the codes of this run: those in a file are of the run that wrote it. */
export class TextCodes {
  readonly #tags: TagTable;
  readonly #dictionaries = new Map<number, TextDictionary>();

  constructor(tags: TagTable) {
    this.#tags = tags;
  }

  /** @param value what stands for the text: a number too large for a double stays the nearest one */
  codeOf(tag: number, text: string, value: number): number {
    if (this.#tags.at(tag).kind !== 'text') return value;
    const dictionary = this.#dictionaries.get(tag) ?? new TextDictionary();
    this.#dictionaries.set(tag, dictionary);
    return dictionary.codeOf(text);
  }
}

/** The batch in this run's terms, without the tags that `indexOf` does not know. */
export function decodeBatchLine(line: BatchLine, indexOf: (name: string) => number | undefined, codes: TextCodes): Batch {
  const texts = new Map(line.texts);
  const batch = new BatchBuilder(line.device, line.tag.length);
  for (const [row, name] of line.tag.entries()) {
    const tag = indexOf(name);
    if (tag === undefined) continue;
    const text = texts.get(row);
    const value = line.value[row] as number;
    const quality = line.quality[row] as number;
    const sourceTime = line.sourceTime[row] as number;
    const receiveTime = line.receiveTime[row] as number;
    if (text === undefined) batch.add(tag, value, quality, sourceTime, receiveTime);
    else batch.addText(tag, text, codes.codeOf(tag, text, value), quality, sourceTime, receiveTime);
  }
  return batch.publish();
}
