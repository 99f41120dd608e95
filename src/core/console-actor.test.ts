import { userInfo } from 'node:os';
import { expect, it } from 'vitest';
import { consoleActor } from './console-actor.ts';

it('names the system account, and the person who switched to it by sudo', () => {
  const { username } = userInfo();
  expect(consoleActor({})).toEqual({ role: 'console', session: 'console', user: username });
  expect(consoleActor({ SUDO_USER: 'kim' }).user).toBe(`kim as ${username}`);
  expect(consoleActor({ SUDO_USER: username }).user).toBe(username);
});
