import { expect, it } from 'vitest';
import { SetClock } from '../../test/support/set-clock.ts';
import { consolePerson } from '../../src/core/person.ts';
import type { ApiToken, StoredSession, User } from '../../src/core/state.ts';
import { ApiTokens, newApiToken } from './api-tokens.ts';
import { Sessions } from './sessions.ts';

const start = Date.UTC(2026, 10, 25);
const minute = 60_000;
const hour = 60 * minute;
const sizes = [minute, hour, 365 * 24 * hour];
const limits = { absoluteMs: 12 * hour, idleMs: 4 * hour };
const user = { name: 'anna', role: 'operator' } as User;

function sessionsOf(clock: SetClock, stored: readonly StoredSession[] = []): Sessions {
  const store = { list: () => [...stored], add: () => {}, touch: () => {}, remove: () => {} };
  return new Sessions({ clock, limits, store, isValid: () => true });
}

/** Minutes after which a session ends. @param touched time of the last activity, min @param change sets the clock at a minute */
function lasts(touched: number, change: (clock: SetClock, atMin: number) => void): number {
  const clock = new SetClock(start);
  const sessions = sessionsOf(clock);
  const { session } = sessions.open(user, '10.0.0.1');
  for (let at = 1; ; at++) {
    clock.pass(minute);
    change(clock, at);
    sessions.sweep();
    if (!sessions.isOpen(session)) return at;
    if (at <= touched) sessions.touch(session);
  }
}

it('a session lasts as long as stated, and its idle time too, whatever the clock is set to for a moment or back for good', () => {
  for (const touched of [100, 10_000]) {
    const usual = lasts(touched, () => {});
    expect(usual).toBe(touched === 100 ? 100 + 240 : 720);
    for (const size of sizes)
      for (const by of [size, -size]) {
        const wrong = (clock: SetClock, at: number): void => void (clock.offsetMs = at === 120 ? by : 0);
        expect([by, lasts(touched, wrong)]).toEqual([by, usual]);
        const back = (clock: SetClock, at: number): void => void (clock.offsetMs = at >= 120 ? -size : 0);
        expect([-size, lasts(touched, back)]).toEqual([-size, usual]);
      }
  }
  // a correction forward counts after ten minutes
  expect(lasts(10_000, (clock, at) => void (clock.offsetMs = at >= 120 ? 365 * 24 * hour : 0))).toBeLessThanOrEqual(131);
});

it('a token lasts as long as stated, and works again after a wrong clock was corrected', () => {
  const clock = new SetClock(start);
  const tokens: ApiToken[] = [];
  const store = { list: () => tokens, add: () => {}, use: () => {}, remove: () => {} };
  const all = new ApiTokens({ store, users: { find: () => undefined }, issuer: undefined, wallClock: clock });
  const asked = { name: 'siem', role: 'viewer' as const, groups: [], days: 30, createdBy: 'console', person: consolePerson };
  const { token, stored } = newApiToken(asked, clock.now());
  tokens.push(stored);
  const isOpen = (): boolean => all.find(token, '10.0.0.1') !== undefined;
  // wrong at the first use
  clock.offsetMs = 365 * 24 * hour;
  expect(isOpen()).toBe(false);
  clock.offsetMs = 0;
  expect(isOpen()).toBe(true);
  clock.offsetMs = 365 * 24 * hour;
  expect(isOpen()).toBe(true);
  clock.offsetMs = -365 * 24 * hour;
  expect(isOpen()).toBe(true);
  clock.pass(30 * 24 * hour);
  expect(isOpen()).toBe(false);
});
