import { Show } from 'solid-js';
import type { Alert } from '../../../../src/core/alert.ts';
import { type ReturnWait, returnSentence } from '../../../../src/core/return-condition.ts';
import type { TagInfo } from '../../../api/index.ts';
import { useApp } from '../store/app-context.ts';
import { useNamedTags } from '../store/tags.ts';
import { useLiveTag } from './value.tsx';

/** Why an alarm stays although its findings have ended, with the present value of the tag; nothing for other alerts. */
export function Stays(props: { readonly alert: Pick<Alert, 'returnWait'> }) {
  const { tags: catalogue } = useApp();
  const tags = useNamedTags(catalogue, () => (props.alert.returnWait === undefined ? [] : [props.alert.returnWait.tag]));
  const tag = (): TagInfo | undefined => (tags.state === 'errored' ? undefined : tags.latest?.[0]);
  return (
    <Show when={props.alert.returnWait}>
      {(wait) => (
        <p class="stays">
          <Show when={tag()} keyed fallback={`${returnSentence(wait())}.`}>
            {(known) => <StaysBy wait={wait()} tag={known} />}
          </Show>
        </p>
      )}
    </Show>
  );
}

function StaysBy(props: { readonly wait: ReturnWait; readonly tag: TagInfo }) {
  const live = useLiveTag(props.tag);
  // a stale or bad sample is remarked, so that the sentence does not look live
  const now = (): string => [live.text(), props.tag.unit, live.remark() ?? ''].filter((part) => part !== '').join(' ');
  return <>{`${returnSentence(props.wait, live.freshness() === 'never' ? undefined : now())}.`}</>;
}
