import { stringify } from 'yaml';
import type { TagKind } from '../core/tag.ts';

/** A tag of a foreign configuration or of a device's own description, as far as known. */
export interface DraftTag {
  readonly name: string;
  readonly device: string;
  readonly address: Readonly<Record<string, unknown>>;
  readonly kind: TagKind;
  readonly description: string;
  readonly unit?: string | undefined;
  readonly range?: readonly [number, number] | undefined;
  readonly states?: Readonly<Record<string, string>> | undefined;
  readonly decimals?: number | undefined;
  /** Area of the plant; default: the single area and equipment of the site. */
  readonly area?: string | undefined;
  readonly equipment?: string | undefined;
  readonly scanMs: number;
}

/** A draft configuration. A person reviews it before use. */
export interface Draft {
  readonly siteName: string;
  /** Source, for the comment at the head of the file. */
  readonly source: string;
  readonly devices: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly tags: readonly DraftTag[];
  /** Losses of the conversion, one sentence each. */
  readonly losses: readonly string[];
}

const defaultArea = 'plant';
const defaultEquipment = 'unassigned';

/** The draft as a configuration file with one tag per line, for easy review and short diffs. */
export function draftText(draft: Draft): string {
  const { siteName, source, devices, tags, losses } = draft;
  const areas = [...Map.groupBy(tags, ({ area }) => area ?? defaultArea)].map(([area, members]) => ({
    id: area,
    name: area.slice(0, 14),
    equipment: [...new Set(members.map((tag) => equipmentOf(tag, area)))].map((id) => ({ id, name: id })),
  }));
  const scans = [...new Set(tags.map(({ scanMs }) => scanMs))].toSorted((a, b) => a - b);
  const scanClasses = Object.fromEntries(scans.map((ms) => [scanName(ms), durationText(ms)]));
  const lines = tags.map((tag) => `  ${tag.name}: ${flow(tagEntry(tag))}`);
  return [
    `# Made from ${source.replaceAll('\n', ' ')}. Review it: areas, equipment, limits and responses depend on the plant.`,
    ...losses.map((loss) => `# Not carried over: ${loss.replaceAll('\n', ' ')}`),
    stringify({ site: { name: siteName }, areas }).trimEnd(),
    `scanClasses: ${flow(scanClasses)}`,
    'devices:',
    ...Object.entries(devices).map(([name, settings]) => `  ${name}: ${flow(settings)}`),
    lines.length === 0 ? 'tags: {}' : 'tags:',
    ...lines,
    '',
  ].join('\n');
}

function tagEntry(tag: DraftTag): Record<string, unknown> {
  const area = tag.area ?? defaultArea;
  const { device, address, kind, unit, range, states, decimals, description, scanMs } = tag;
  const entry = { device, address, kind, area, equipment: equipmentOf(tag, area), unit, range, states, decimals };
  return withoutUndefined({ ...entry, scan: scanName(scanMs), description });
}

/** Equipment ids are unique in the site, so equipment that is not assigned is named after its area. */
const equipmentOf = ({ equipment }: DraftTag, area: string): string => equipment ?? `${area}.${defaultEquipment}`;

const durationText = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);
const scanName = (ms: number): string => `every${durationText(ms)}`;

const withoutUndefined = (entry: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));

/** YAML on one line of any length. */
const flow = (value: object): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trimEnd();

/**
 * The name with only the characters that a configuration permits: letters, digits, dot, underscore and hyphen. A reserved word of
 * JavaScript, which it refuses, has an underscore more.
 */
export function plainName(wanted: string): string {
  const plain = wanted.replaceAll(/[^A-Za-z0-9._-]+/g, '_').replace(/^[^A-Za-z0-9]+/, '') || 'unnamed';
  return plain in Object.prototype ? `${plain}_` : plain;
}

/** Generates plain unique names. */
export class Names {
  readonly #taken = new Set<string>();

  take(wanted: string): string {
    const plain = plainName(wanted);
    let name = plain;
    for (let i = 2; this.#taken.has(name); i++) name = `${plain}_${i}`;
    this.#taken.add(name);
    return name;
  }
}
