import { createSignal, onMount } from 'solid-js';
import type { SessionInfo } from '../../../../protocol.ts';
import { act, failureText } from '../../store/api.ts';
import { Button } from '../../ui/button.tsx';
import { Failure } from './frame.tsx';
import { texts } from './text.ts';

/** Sign-in by the identity provider: leaves for its page, and finishes with the answer that the browser returns with. */
export function IdentitySignIn(props: {
  readonly name: string;
  /** Answer of the provider, as the query part of the address. */
  readonly returned: string | undefined;
  readonly onSession: (session: SessionInfo) => void;
}) {
  const [failure, setFailure] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await work();
    } catch (thrown) {
      setFailure(failureText(thrown));
      setBusy(false);
    }
  };
  const begin = async (): Promise<void> => {
    const { location: provider } = await act('POST /api/identity/begin', {});
    location.assign(provider);
  };
  onMount(() => {
    const { returned } = props;
    if (returned === undefined) return;
    void attempt(async () => props.onSession(await act('POST /api/identity/finish', { query: returned })));
  });
  return (
    <div class="identity">
      <Button disabled={busy()} onPress={() => void attempt(begin)}>
        {busy() ? texts.label.signingIn : texts.button.signInBy(props.name)}
      </Button>
      <Failure text={failure()} />
    </div>
  );
}
