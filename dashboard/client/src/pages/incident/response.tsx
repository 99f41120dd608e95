import { createMemo, For, Show } from 'solid-js';
import type { Alert } from '../../../../../src/core/alert.ts';
import { Panel } from '../../ui/panel.tsx';
import { Response } from '../unit/side.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Response to an alert, and the techniques that can cause such behaviour. */
export function ResponsePanel(props: { readonly alert: Alert; readonly members: readonly Alert[] }) {
  const techniques = createMemo(() => {
    const byId = new Map(props.members.flatMap((alert) => alert.techniques).map((technique) => [technique.id, technique]));
    return [...byId.values()].sort((a, b) => Number(b.certainty === 'seen') - Number(a.certainty === 'seen'));
  });
  return (
    <Panel title={shared.title.response}>
      <div class="text" tabindex="0" role="region" aria-label={texts.title.responseAndTechniques}>
        <Response alert={props.alert} />
        <div class="panel-head rule">
          <h2>{texts.title.attack}</h2>
          <span class="end">
            <Show when={techniques()[0]}>{(first) => <>v{first().version}</>}</Show>
          </span>
        </div>
        <Show when={techniques().length > 0} fallback={<p class="dim">{texts.sentence.noTechniques}</p>}>
          <div class="techniques">
            <For each={techniques()}>
              {(technique) => (
                <>
                  <span class="mono" title={texts.label.before19(technique.idV18)}>
                    {technique.id}
                  </span>
                  <span>{technique.name}</span>
                  <span class="chip">{technique.certainty}</span>
                </>
              )}
            </For>
          </div>
        </Show>
      </div>
    </Panel>
  );
}
