import type { WireSessionEvent } from '../../src/core/wire.ts';
import { type Habits, peopleOf, securityOf, serverOf } from './habits.ts';
import type { Memory } from './memory.ts';
import { chanceUnder, surpriseOf } from './novelty.ts';
import { some } from './permissions.ts';
import type { Rule, Suspicion } from './suspicion.ts';

/** Policies that OPC 10000-7 has deprecated. */
const deprecated: ReadonlySet<string> = new Set(['Basic128Rsa15', 'Basic256']);

/** Score of a session without any security if earlier ones had some, and of one that is only weaker. */
const noneScore = 3;
const weakerScore = 2;

type Strength = 'policy' | 'token';

/** Security strength of a session; undefined if it is not visible. */
function strengthOf(what: Strength, { policy, token }: Pick<WireSessionEvent, 'policy' | 'token'>): number | undefined {
  if (what === 'token') return token === '' ? undefined : token === 'Anonymous' ? 0 : 1;
  if (deprecated.has(policy)) return 1;
  if (policy === '') return undefined;
  // the standard requires a channel without security for reading endpoints: only a session on it counts
  if (policy === 'None') return token === '' ? undefined : 0;
  return 2;
}

/** Strongest security of normal sessions with a server; −1 if there were none. */
function usualStrength(habits: Habits, server: string, what: Strength): number {
  const known = habits.sessions.find([server, 'security']);
  const strengths = [...(known?.under.keys() ?? [])].map((step) => {
    const [policy = '', , token = ''] = step.split('/');
    return strengthOf(what, { policy, token }) ?? -1;
  });
  return Math.max(-1, ...strengths);
}

/** Finds OPC UA sessions that are weaker than earlier ones, or that have a new application, user or certificate. */
export function judgeSession(event: WireSessionEvent, habits: Habits, memory: Memory): Suspicion | undefined {
  const { ends, policy, mode, token } = event;
  const server = serverOf(ends);
  const security = securityOf(policy, mode, token);
  const detail = `policy ${policy || 'not seen'}, token ${token || 'not seen'}`;
  const about = { kind: 'session' as const, ends, detail };
  const weaker = (['policy', 'token'] as const).flatMap((what): Suspicion[] => {
    const strength = strengthOf(what, event);
    if (strength === undefined) return [];
    const key = `${what} ${ends.client} ${server}`;
    const before = Math.max(memory.strength.get(key) ?? -1, usualStrength(habits, server, what));
    memory.strength.set(key, Math.max(strength, memory.strength.get(key) ?? -1));
    if (strength >= before || habits.sessions.find([server, 'security', security]) !== undefined) return [];
    const rule: Rule = what === 'policy' ? 'policy-weaker' : 'token-weaker';
    return [{ ...about, rule, score: strength === 0 && what === 'policy' ? noneScore : weakerScore }];
  })[0];
  if (weaker !== undefined) return weaker;
  const unknown = habits.sessions.unknown([server, 'security', security]);
  if (unknown?.depth === 2) {
    const usual = some([...unknown.at.under.keys()]);
    return { ...about, rule: 'session-new', score: surpriseOf(chanceUnder(unknown.at)), usual };
  }
  for (const [what, name] of peopleOf(event)) {
    const stranger = habits.sessions.unknown([server, what, name]);
    // without earlier sessions that showed one, a first one carries little information
    if (stranger?.depth !== 2) continue;
    const usual = some([...stranger.at.under.keys()]);
    return { ...about, rule: 'stranger', score: surpriseOf(chanceUnder(stranger.at)), usual, detail: `${what} ${name}` };
  }
  return undefined;
}
