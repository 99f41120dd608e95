import type { Explanation, Finding, ObservedWrite } from '../core/finding.ts';

/** Most facts of one alert that are remembered; an older one that is stated again counts as new. */
const mostFacts = 256;

type Act = Pick<Finding, 'network' | 'explanation'>;

/** Facts of an act of a client: its time, techniques that were seen, and each target with what was written to it. */
function* factsOf({ network, explanation }: Act): Iterable<string> {
  if (network !== true) return;
  if (explanation.actedAt !== undefined) yield `act ${explanation.actedAt}`;
  for (const technique of explanation.seen ?? []) yield `technique ${technique}`;
  for (const { tag, after } of explanation.writes ?? []) yield `${tag} ${after}`;
}

/** What an alert has stated about acts of clients so far. An acknowledgement covers no more than that. */
export class Stated {
  readonly #facts = new Set<string>();

  /** Adds the facts of an act. @returns what was not stated before: undefined if nothing, its writes otherwise */
  add(act: Act): { readonly writes: readonly ObservedWrite[] } | undefined {
    const fresh = [...factsOf(act)].filter((fact) => !this.#facts.has(fact));
    if (fresh.length === 0) return undefined;
    for (const fact of fresh) this.#facts.add(fact);
    for (const fact of this.#facts) {
      if (this.#facts.size <= mostFacts) break;
      this.#facts.delete(fact);
    }
    const news = new Set(fresh);
    return { writes: (act.explanation.writes ?? []).filter(({ tag, after }) => news.has(`${tag} ${after}`)) };
  }
}

const longestTitle = 48;

/** The explanation with a title about the new writes: that of the detector names the first write of all. */
export function aboutNews(explanation: Explanation, writes: readonly ObservedWrite[]): Explanation {
  const [first] = writes;
  const all = explanation.writes?.length ?? 0;
  if (first === undefined || writes.length === all) return explanation;
  const tags = new Set(writes.map(({ tag }) => tag)).size;
  const others = tags === 1 ? '' : ` and ${tags - 1} other ${tags === 2 ? 'tag' : 'tags'}`;
  const title = `${first.client} writes ${first.tag}${others}`;
  return { ...explanation, title: title.length <= longestTitle ? title : `${title.slice(0, longestTitle - 1)}…` };
}
