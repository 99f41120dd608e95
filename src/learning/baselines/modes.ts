import type { MonitorConfig } from '../../config/resolve.ts';
import { ScadaError } from '../../core/errors.ts';
import { formatNumber } from '../../core/format.ts';
import type { BaselineLine } from '../../core/monitor.ts';
import { type Tag, TagTable } from '../../core/tag.ts';
import type { LearnedModes, StoredModes } from '../../detection/baseline/format.ts';
import type { ReviewedLine } from './reviewed-line.ts';

/** Detector name of the entries of modes, which belong to no detector. */
export const modesName = 'modes';

/** Longest settling time of equipment, s. */
const mostSettleS = 3_600;

/** The configuration with learned modes added as if they were configured. */
export function withModes(config: MonitorConfig, learned: readonly LearnedModes[]): MonitorConfig {
  return learned.length === 0 ? config : { ...config, tags: new TagTable(tagsWithModes(config.tags.tags, learned)) };
}

/** The tags with learned modes of their equipment. */
export function tagsWithModes(tags: readonly Tag[], learned: readonly LearnedModes[]): Tag[] {
  const byEquipment = new Map(learned.map((modes) => [modes.equipment, modes]));
  return tags.map((tag) => {
    const modes = byEquipment.get(tag.equipment);
    if (modes === undefined) return tag;
    const { tag: modeTag, of, otherwise, floor, settleMs, restsAt } = modes;
    if (tag.name !== modeTag)
      return {
        ...tag,
        modes: {
          tag: modeTag,
          of,
          ...(otherwise === undefined ? {} : { otherwise }),
          ...(floor === undefined ? {} : { floor }),
          settleMs,
        },
      };
    return tag.kind !== 'discrete' || restsAt.length === 0 ? tag : { ...tag, restsAt };
  });
}

/** Baseline entries of learned modes, one per equipment. */
export const modeLines = (learned: readonly StoredModes[]): BaselineLine[] =>
  learned.map(({ equipment, tag, of, otherwise, floor, restsAt, settleMs, shares, changes, proof, from, to, approved }) => ({
    detector: modesName,
    channel: equipment,
    name: '',
    tags: [tag],
    unit: 's',
    figures: {
      'told by': tag,
      ...Object.fromEntries(
        [
          ...Object.entries(of).map(([value, mode]) => [floor === undefined ? value : `up to ${floor}`, mode] as const),
          ...(otherwise === undefined ? [] : [['else', otherwise] as const]),
        ].map(stateEntry),
      ),
      shares: Object.entries(shares)
        .map(([mode, share]) => `${mode} ${percent(share)}`)
        .join(', '),
      rests: restsAt.map((value) => of[value]).join(', ') || 'never',
      changes: `${changes} from ${day(from)} to ${day(to)} UTC`,
      explains: `${percent(proof.share)} of the variance of ${proof.tag}`,
      settle: settleMs / 1_000,
      state: approved === undefined ? 'proposed: approve it and calibrate again' : 'in force',
    },
    editable: ['settle'],
    later: true,
    ...(approved === undefined ? {} : { approved }),
  }));

/** @throws ScadaError INPUT_INVALID for invalid edits */
export function checkModes(learned: readonly StoredModes[], lines: readonly ReviewedLine[]): void {
  for (const { detector, channel, edited } of lines)
    for (const modes of learned) if (detector === modesName && channel === modes.equipment) amended(modes, edited?.figures);
}

/** Modes with figures of a person. @throws ScadaError INPUT_INVALID */
export function amended(modes: StoredModes, figures: Readonly<Record<string, number>> = {}): StoredModes {
  const { settle, ...others } = { settle: modes.settleMs / 1_000, ...figures };
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new ScadaError('config', 'INPUT_INVALID', `${modes.equipment} modes: ${other} cannot be edited`, {
      hint: 'settle can; other modes are written into the configuration of the equipment',
    });
  if (!(settle >= 0 && settle <= mostSettleS))
    throw new ScadaError('config', 'INPUT_INVALID', `${modes.equipment} modes: settle cannot be ${settle} s`, {
      hint: `it is from 0 to ${mostSettleS} s`,
    });
  return { ...modes, settleMs: 1_000 * settle };
}

const stateEntry = ([value, mode]: readonly [string, string]): [string, string] => [`at ${value}`, mode];
const percent = (part: number): string => `${formatNumber(100 * part)} %`;
const day = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ');
