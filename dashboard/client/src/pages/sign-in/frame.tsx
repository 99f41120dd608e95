import { Show, type JSX } from 'solid-js';
import type { SignInInfo } from '../../../../api/index.ts';
import type { ErrorBody } from '../../../../protocol.ts';
import { formatAge } from '../../pure/format.ts';
import { ApiError, failureText as requestFailure } from '../../store/api.ts';
import './sign-in.css';
import { texts } from './text.ts';

/** Frame of the pages before sign-in: title, transport, certificate. It shows no alarm counts. */
export function SignInFrame(props: {
  readonly info: SignInInfo | undefined;
  readonly title: string;
  readonly children: JSX.Element;
}) {
  return (
    <main class="sign-in">
      <div class="sign-in-box">
        <div>
          <p class="dim">scadawatch</p>
          <h1>{props.title}</h1>
          <Show when={props.info}>
            {(info) => <p class="dim">{info().transport === 'tls' ? texts.label.tls : texts.label.loopback}</p>}
          </Show>
        </div>
        {props.children}
        <Show when={props.info?.fingerprint}>
          {(fingerprint) => (
            <details>
              <summary>{texts.label.certificate}</summary>
              <p class="mono fingerprint">{fingerprint()}</p>
            </details>
          )}
        </Show>
      </div>
    </main>
  );
}

/** Failure of a sign-in, announced at once to screen readers. */
export function Failure(props: { readonly text: string | undefined }) {
  return (
    <Show when={props.text}>
      <p class="wrong" role="alert">
        {props.text}
      </p>
    </Show>
  );
}

/** Text of a failure. It does not reveal which field was wrong. */
export function failureText(thrown: unknown, codes = false): string {
  if (!(thrown instanceof ApiError)) return texts.sentence.failed;
  const wait = retryText(thrown.body);
  switch (thrown.code) {
    case 'credentials':
      return codes ? texts.sentence.wrongWithCode : texts.sentence.wrongCredentials;
    case 'locked':
    case 'too-many':
      return `${texts.sentence.tooManyAttempts}${wait}`;
    default:
      return `${requestFailure(thrown)}${wait}`;
  }
}

function retryText(body: ErrorBody | undefined): string {
  return body?.retryAfterMs === undefined ? '' : ` ${texts.sentence.retryIn(formatAge(body.retryAfterMs + 999))}`;
}
