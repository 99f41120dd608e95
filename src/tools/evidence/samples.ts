import { type Batch, BatchBuilder, TextDictionary } from '../../core/batch.ts';
import { encodeJson } from '../../core/json.ts';
import type { TagTable } from '../../core/tag.ts';
import type { BatchLine } from './format.ts';

/** A batch as one line of evidence. */
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

/** Assigns the text codes of this process. Codes in a file are those of the process that wrote it. */
export class TextCodes {
  readonly #tags: TagTable;
  readonly #dictionaries = new Map<number, TextDictionary>();

  constructor(tags: TagTable) {
    this.#tags = tags;
  }

  /** @param value number of the text; a number too large for a double becomes the nearest double */
  codeOf(tag: number, text: string, value: number): number {
    if (this.#tags.at(tag).kind !== 'text') return value;
    const dictionary = this.#dictionaries.get(tag) ?? new TextDictionary();
    this.#dictionaries.set(tag, dictionary);
    return dictionary.codeOf(text);
  }
}

/** The batch with tag indices and text codes of this process, without tags that `indexOf` does not find. */
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
