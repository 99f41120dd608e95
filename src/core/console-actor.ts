import { userInfo } from 'node:os';
import type { Actor } from './alert.ts';

/** Actor of commands typed on the machine and of the start. No user is signed in, so the system account is recorded. */
export function consoleActor(environment: NodeJS.ProcessEnv = process.env): Actor {
  const account = systemAccount();
  const person = environment['SUDO_USER'];
  return {
    role: 'console',
    session: 'console',
    user: person === undefined || person === '' || person === account ? account : `${person} as ${account}`,
  };
}

/** Login name of the account that runs the process; its number if the system has no name for it, as in many containers. */
function systemAccount(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
