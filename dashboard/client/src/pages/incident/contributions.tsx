import { createMemo, For, Show } from 'solid-js';
import type { Alert } from '../../../../../src/core/alert.ts';
import { partText } from '../../pure/alerts/alert-words.ts';
import { formatSigned } from '../../pure/format.ts';
import { useApp } from '../../store/app-context.ts';
import { useNamedTags } from '../../store/tags.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { texts } from './text.ts';

const most = 6;

/** Contributing tags of a finding as signed shares from a centre line, and the condition under which it would be normal. */
export function Contributions(props: { readonly alert: Alert }) {
  const { tags: catalogue, go } = useApp();
  const parts = createMemo(() => props.alert.explanation.contributions.slice(0, most));
  const tags = useNamedTags(catalogue, () => parts().map((part) => part.tag));
  const decimals = (name: string): number =>
    (tags.state === 'errored' ? undefined : tags.latest?.find((tag) => tag.name === name)?.decimals) ?? 2;
  const isAboutDevice = (): boolean => props.alert.device !== undefined;
  const widest = createMemo(() => Math.max(1e-9, ...parts().map((part) => Math.abs(part.share))));
  return (
    <Panel title={texts.title.contributions} end={texts.note.notCause}>
      <Show
        when={parts().length > 0}
        fallback={<Empty>{isAboutDevice() ? texts.sentence.noContributionsOfDevice : texts.sentence.noContributions}</Empty>}
      >
        <div class="contributions">
          <For each={parts()}>
            {(part) => {
              const width = (): number => (Math.abs(part.share) / widest()) * 50;
              return (
                <>
                  <button type="button" class="link" onClick={() => go({ page: 'tag', tag: part.tag })}>
                    {part.tag}
                  </button>
                  <span class="bar" aria-hidden="true">
                    <i style={{ width: `${width()}%`, left: part.share < 0 ? `${50 - width()}%` : '50%' }} />
                  </span>
                  <b class="num">{formatSigned(part.share * 100)} %</b>
                </>
              );
            }}
          </For>
        </div>
      </Show>
      <div class="text rule" tabindex="0" role="region" aria-label={texts.title.figures}>
        <For each={parts().filter((part) => Number.isFinite(part.measured))}>
          {(part) => (
            <p class="dim">
              {part.tag} {partText(part, decimals(part.tag))}
            </p>
          )}
        </For>
        <Show when={props.alert.explanation.normalIf !== ''}>
          <p>
            <b>{texts.label.normalIf}</b>{' '}
            {props.alert.explanation.normalIf.replace(/^it would be normal if /i, '').replace(/\.?$/, '.')}
          </p>
        </Show>
      </div>
    </Panel>
  );
}
