import type { DetectorPlugin } from '../../../../src/core/detector.ts';
import { Random } from '../../../../src/core/random.ts';
import type { LearnedBacktest } from '../../../../src/tools/backtest/run.ts';
import type { GroupBaseline } from '../../../../detectors/relations/model/baseline.ts';
import { type Batadal, besideS, loadBatadal, scoreBatadal } from '../batadal.ts';
import { learn } from '../judge.ts';
import type { BenchRow } from '../../row.ts';
import { adaptive } from './adaptive.ts';
import { type Attribution, both, noAttribution, precision } from './attribution.ts';
import { atRandom, type Choice, greedy } from './choice.ts';
import { donor, replayed } from './copies.ts';
import { type Attacker, conceal, windowsOf } from './cover.ts';
import { Gaussian } from './gaussian.ts';
import { gaussianDynamic, whiteBox } from './linear-attackers.ts';
import { Mahalanobis } from './mahalanobis.ts';
import { type HardScore, scoreHard } from './score.ts';
import { plantKnowledge } from './states.ts';

const seed = 1;
const tagCounts = [2, 5, 10, 20, 43] as const;
/** The defender's own lags and ridge. */
const defenderLags = 4;
const defenderRidge = 1e-4;
const matchingNoise = 0.8;
/** Those that the published study calls hard: they fit the learned model. */
const hardOnes: readonly string[] = ['gdyn', 'wb', 'wbn'];

interface Variant {
  readonly attacker: string;
  readonly k: number;
  readonly choice: string;
  readonly score: HardScore;
  /** S of the simple detector. */
  readonly beside: number;
}

/** Attackers by name, from the weakest knowledge to the greatest. */
export function attackersOf({ normal, labels }: Batadal, learned: LearnedBacktest, model: Gaussian): Record<string, Attacker> {
  const plant = plantKnowledge(normal.columns);
  const random = new Random(seed);
  return {
    replay: replayed(labels),
    donor: donor(normal.rows, plant.states, random.fork('donor')),
    gdyn: gaussianDynamic(normal.rows, plant),
    wb: whiteBox(model, plant),
    wbn: whiteBox(model, plant, matchingNoise, random.fork('noise')),
    adaptive: adaptive(relationsOf(learned), normal.columns, plant, random.fork('adaptive')),
  };
}

/** Attacks of the open BATADAL set, hidden by attackers who falsify tags with values that fit. */
export async function hard(datasets: string, plugins?: readonly DetectorPlugin[]): Promise<BenchRow[]> {
  const data = await loadBatadal(datasets);
  const learned = await learn([data.normal], plugins);
  const model = new Gaussian(data.normal.rows, defenderLags, defenderRidge);
  const simple = new Mahalanobis(data.normal.rows);
  const attackers = attackersOf(data, learned, model);
  const choices: Record<string, Choice> = {
    greedy: greedy(model, Math.max(...tagCounts.filter((k) => k < model.tags))),
    random: atRandom(model.tags, new Random(seed).fork('choice')),
  };
  const all = Array.from({ length: model.tags }, (_, tag) => tag);
  const orders = Object.entries(choices).map(
    ([name, choose]) =>
      [name, windowsOf(data.labels).map(({ from, to }) => ({ from, to, order: choose(data.attacked.rows, from, to) }))] as const,
  );
  const variants: Variant[] = [];
  for (const [attacker, falsify] of Object.entries(attackers))
    for (const k of tagCounts)
      for (const [choice, windows] of orders) {
        if (k >= model.tags && choice !== 'greedy') continue;
        const covers = windows.map(({ from, to, order }) => ({
          from,
          to,
          tags: (k >= model.tags ? all : order.slice(0, k)).toSorted((a, b) => a - b),
        }));
        const table = conceal(data.attacked, covers, falsify);
        const score = await scoreHard(learned, table, data.labels, covers);
        const beside = scoreBatadal(simple.judge(table.rows).alarm, data.labels).s;
        variants.push({ attacker, k, choice, score, beside });
      }
  const open = await scoreHard(learned, data.attacked, data.labels, []);
  const openBeside = scoreBatadal(simple.judge(data.attacked.rows).alarm, data.labels).s;
  return [
    {
      name: 'hard S, nothing more concealed',
      value: open.s,
      unit: '',
      note: `${told(open)}; Mahalanobis ${openBeside.toFixed(3)}, ${besideS(data.labels, open.rate)}`,
    },
    rowOf(
      `hard mean S, ${hardOnes.join(', ')}`,
      variants.filter(({ attacker }) => hardOnes.includes(attacker)),
    ),
    ...[...Map.groupBy(variants, ({ attacker }) => attacker)].map(([name, some]) => rowOf(`hard mean S, ${name}`, some)),
    ...[...Map.groupBy(variants, ({ attacker, k }) => `${attacker}, ${k} tags`)].map(([name, some]) =>
      rowOf(`hard S, ${name}`, some),
    ),
  ];
}

/** Means over some variants, and the worst of them. */
function rowOf(name: string, some: readonly Variant[]): BenchRow {
  const mean = (of: (score: HardScore) => number): string =>
    (some.reduce((sum, { score }) => sum + of(score), 0) / some.length).toFixed(3);
  const named = (of: (score: HardScore) => Attribution): string =>
    share(some.reduce((sum, { score }) => both(sum, of(score)), noAttribution));
  const worst = some.toSorted((a, b) => a.score.s - b.score.s)[0];
  const beside = some.map(({ beside: s }) => s);
  const simple = `Mahalanobis ${(beside.reduce((sum, s) => sum + s, 0) / beside.length).toFixed(3)}, worst ${Math.min(...beside).toFixed(3)}`;
  return {
    name,
    value: Number(mean(({ s }) => s)),
    unit: '',
    note: `worst ${worst?.score.s.toFixed(3)} (${worst?.attacker}, ${worst?.k} ${worst?.choice}), S_CM ${mean(({ sCm }) => sCm)}, TPR ${mean(({ tpr }) => tpr)}, TNR ${mean(({ tnr }) => tnr)}; ${simple}; named rightly ${named(({ atFirst }) => atFirst)} at first, ${named(({ atLast }) => atLast)} at the end`,
  };
}

const told = ({ sCm, tpr, tnr, detected, attacks, falseEpisodes }: HardScore): string =>
  `S_CM ${sCm.toFixed(3)}, TPR ${tpr.toFixed(3)}, TNR ${tnr.toFixed(3)}, ${detected}/${attacks}, ${falseEpisodes} false episodes`;

const share = (of: Attribution): string => (of.named === 0 ? '–' : `${Math.round(100 * precision(of))} %`);

/** Baseline of the group of all tags. */
export function relationsOf({ detectors }: LearnedBacktest): GroupBaseline {
  const relations = detectors.find(({ name }) => name === 'relations')?.detector.snapshot().baseline as
    | { readonly groups: Readonly<Record<string, unknown>> }
    | undefined;
  const [baseline] = Object.values(relations?.groups ?? {});
  if (baseline === undefined) throw new Error('relations has learned nothing: there is nothing to hide from');
  return baseline as GroupBaseline;
}
