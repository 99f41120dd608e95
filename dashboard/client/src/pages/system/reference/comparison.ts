import type { Api, TagInfo } from '../../../../../api/index.ts';
import { valueText } from '../../../ui/value.tsx';

/** The comparison with the reference set, and the tags of its lines by name. */
export interface Comparison {
  readonly body: Api['GET /api/reference']['answer'];
  readonly tags: ReadonlyMap<string, TagInfo>;
}
export type Line = Comparison['body']['lines'][number];

/** A value with its unit. */
export function figure(value: number, tag: TagInfo | undefined): string {
  if (tag === undefined) return String(value);
  const text = valueText(tag, value, undefined);
  return tag.unit === '' ? text : `${text} ${tag.unit}`;
}
