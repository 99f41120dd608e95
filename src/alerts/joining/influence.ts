import { tagsOf } from './client-acts.ts';
import type { JoiningRule } from './rule.ts';
import type { Side } from './side.ts';

/** Tags that may be effects. A fault of a signal follows from nothing in the process. */
const effectsOf = (side: Side): readonly string[] => {
  if (side.findings === undefined) return side.signal === true ? [] : side.tags;
  return side.findings.filter(({ signal }) => signal !== true).flatMap(({ tags }) => tags);
};

/** By what the baseline has learned, a tag of one follows a tag at the equipment of the other. Either may be found first. */
export const influence: JoiningRule = {
  name: 'influence',
  *filed(side, { influences }) {
    for (const tag of influences.besides(tagsOf(side))) yield `moves ${tag}`;
    for (const tag of influences.movedBy(effectsOf(side))) yield `moved by ${tag}`;
  },
  *sought(finding, { influences }) {
    for (const tag of influences.movedBy(effectsOf(finding))) yield `moves ${tag}`;
    for (const tag of influences.besides(tagsOf(finding))) yield `moved by ${tag}`;
  },
  joins(alert, finding, { influences }) {
    const pair = influences.linkOf(effectsOf(finding), tagsOf(alert)) ?? influences.linkOf(effectsOf(alert), tagsOf(finding));
    return pair && { rule: 'influence', text: `${pair[0]} → ${pair[1]}` };
  },
};
