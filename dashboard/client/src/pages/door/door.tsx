import { Show, type JSX } from 'solid-js';
import type { Door, ErrorBody } from '../../../../protocol.ts';
import { formatSpan } from '../../pure/format.ts';
import { ApiError } from '../../store/api.ts';
import './door.css';

/** The frame of what is seen before login: which site this is and how it is reached. No alarm counts. */
export function DoorFrame(props: { readonly door: Door | undefined; readonly title: string; readonly children: JSX.Element }) {
  return (
    <main class="door">
      <div class="door-box">
        <div>
          <p class="dim">scadawatch</p>
          <h1>{props.title}</h1>
          <Show when={props.door}>
            {(door) => <p class="dim">{door().transport === 'tls' ? 'Encrypted link (TLS)' : 'This computer only (loopback)'}</p>}
          </Show>
        </div>
        {props.children}
        <Show when={props.door?.fingerprint}>
          {(fingerprint) => (
            <details>
              <summary>Server certificate</summary>
              <p class="mono fingerprint">{fingerprint()}</p>
            </details>
          )}
        </Show>
      </div>
    </main>
  );
}

/** Why the door stays shut, said at once to who can not see it. */
export function Failure(props: { readonly text: string | undefined }) {
  return (
    <Show when={props.text}>
      <p class="wrong" role="alert">
        {props.text}
      </p>
    </Show>
  );
}

/** One line for what went wrong; no hint which field it was. */
export function failureText(thrown: unknown): string {
  if (!(thrown instanceof ApiError)) return 'It did not work. Try again.';
  const wait = retryText(thrown.body);
  switch (thrown.code) {
    case 'credentials':
      return 'Name or passphrase is not right.';
    case 'locked':
    case 'too-many':
      return `Too many tries.${wait}`;
    default:
      return `${thrown.message}.${wait}`.replace('..', '.');
  }
}

function retryText(body: ErrorBody | undefined): string {
  return body?.retryAfterMs === undefined ? '' : ` Try again in ${formatSpan(body.retryAfterMs + 999)}.`;
}
