import type { Tag, TagModes } from '../core/tag.ts';
import type { ConfigProblem } from './problems.ts';
import type { ConfigFile } from './schema.ts';

type Modes = NonNullable<ConfigFile['areas'][number]['equipment'][number]['modes']>;

/** Assigns the mode source to the tags of equipment with modes; adds problems to `problems`. */
export function withModes(file: ConfigFile, tags: readonly Tag[], problems: ConfigProblem[]): Tag[] {
  const byName = new Map(tags.map((tag) => [tag.name, tag]));
  const all = new Map<string, TagModes>();
  const rests = new Map<string, readonly number[]>();
  file.areas.forEach((area, i) =>
    area.equipment.forEach(({ id, modes }, j) => {
      if (modes === undefined) return;
      const path = ['areas', i, 'equipment', j, 'modes'];
      const modeTag = byName.get(modes.tag);
      if (modeTag?.kind !== 'discrete')
        problems.push({
          path: [...path, 'tag'],
          message:
            modeTag === undefined
              ? `there is no tag ${modes.tag}`
              : `${modes.tag} is ${modeTag.kind}; only a discrete tag can define a mode`,
        });
      all.set(id, { tag: modes.tag, settleMs: modes.settle, of: byValue(modes, path, problems) });
      rests.set(
        modes.tag,
        modes.resting.flatMap((mode, k) => {
          const values = Object.hasOwn(modes.values, mode) ? modes.values[mode] : undefined;
          if (values === undefined) problems.push({ path: [...path, 'resting', k], message: `there is no mode ${mode}` });
          return values ?? [];
        }),
      );
    }),
  );
  return tags.map((tag) => {
    const modes = all.get(tag.equipment);
    const restsAt = rests.get(tag.name);
    return {
      ...tag,
      ...(modes === undefined || modes.tag === tag.name ? {} : { modes }),
      ...(restsAt === undefined || restsAt.length === 0 ? {} : { restsAt }),
    };
  });
}

function byValue({ values }: Modes, path: readonly PropertyKey[], problems: ConfigProblem[]): Record<string, string> {
  const of: Record<string, string> = {};
  for (const [mode, list] of Object.entries(values))
    for (const value of list) {
      const other = of[value];
      if (other !== undefined)
        problems.push({ path: [...path, 'values', mode], message: `${value} is the mode ${other} already` });
      of[value] = mode;
    }
  return of;
}
