import { createSignal, Match, onCleanup, Switch, type JSX } from 'solid-js';
import type { SessionInfo } from '../../../../protocol.ts';
import { act, ApiError, whenUnauthenticated } from '../../store/api.ts';
import { SignInFrame } from '../sign-in/frame.tsx';
import { texts } from './text.ts';

/** Time between two attempts to open a session, ms. */
const retryMs = 10_000;

/** Opens the session of a wall display by its token, and again whenever it ends: nobody is there to sign in. */
export function WallApp(props: { readonly token: string; readonly children: (session: SessionInfo) => JSX.Element }) {
  const [session, setSession] = createSignal<SessionInfo>();
  const [failure, setFailure] = createSignal<string>();
  let isTrying = false;
  const enter = async (): Promise<void> => {
    if (isTrying || session() !== undefined) return;
    isTrying = true;
    try {
      setSession(await act('POST /api/display', { token: props.token }));
      setFailure(undefined);
    } catch (thrown) {
      const isRefused = thrown instanceof ApiError && ['credentials', 'invalid'].includes(thrown.code);
      setFailure(isRefused ? texts.sentence.refused : texts.sentence.failed);
    } finally {
      isTrying = false;
    }
  };
  whenUnauthenticated(() => setSession(undefined));
  void enter();
  const timer = setInterval(() => void enter(), retryMs);
  onCleanup(() => clearInterval(timer));
  return (
    <Switch>
      <Match when={session()} keyed>
        {(opened) => props.children(opened)}
      </Match>
      <Match when={failure()}>
        {(text) => (
          <SignInFrame info={undefined} title={texts.title.refused}>
            <p role="alert">{text()}</p>
          </SignInFrame>
        )}
      </Match>
      <Match when={true}>
        <SignInFrame info={undefined} title={texts.title.connecting}>
          <p class="dim">{texts.title.wall}</p>
        </SignInFrame>
      </Match>
    </Switch>
  );
}
