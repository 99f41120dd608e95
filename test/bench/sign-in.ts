import { signInDuringFlood } from '../../dashboard/server/testing/flood.ts';
import { defaultCost } from '../../dashboard/accounts/passphrases.ts';
import { type BenchRow, median } from './row.ts';

/**
 * Time in which the administrator signs in from a known device while others guess passphrases, at the shipped cost of a guess. Wall time:
 * run it on an idle machine. @param quick 500 guesses instead of 10 000
 */
export async function benchSignIn(quick: boolean): Promise<BenchRow[]> {
  const rounds = quick ? 1 : 20;
  const wrongPerRound = 500;
  const { administrator, tookMs, guesses, computed } = await signInDuringFlood({ rounds, wrongPerRound, cost: defaultCost });
  const [before = Number.NaN, ...during] = tookMs;
  const answers = [...guesses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
  const row = (name: string, value: number, unit: string, note: string): BenchRow => ({
    name: `sign-in: ${name}`,
    value,
    unit,
    note,
  });
  return [
    row(
      'longest of the administrator',
      Math.max(...during) / 1_000,
      's',
      `of ${rounds} during ${rounds * wrongPerRound} guesses`,
    ),
    row('median of the administrator', median(during) / 1_000, 's', `${(before / 1_000).toFixed(2)} s before the guesses`),
    row('refused sign-ins', administrator.filter((status) => status !== 200).length, 'sign-ins', 'of the administrator'),
    row('computed guesses', computed, 'guesses', `one at a time; answers: ${answers.join(', ')}`),
  ];
}
