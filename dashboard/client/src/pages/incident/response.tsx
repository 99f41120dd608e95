import { createMemo, For, Show } from 'solid-js';
import { isOpen, type Alert } from '../../../../../src/core/alert.ts';
import { byUrgency } from '../../pure/alerts/urgency.ts';
import { Panel } from '../../ui/panel.tsx';
import { ChangedSettings } from '../system/configuration/changed.tsx';
import { Response } from '../unit/side.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Number of responses to other alerts of the incident: further ones are read by selecting their alerts. */
const mostOthers = 4;

/** Responses to the selected alert and to the other ones of its incident, and the techniques that can cause such behaviour. */
export function ResponsePanel(props: { readonly alert: Alert; readonly members: readonly Alert[] }) {
  const techniques = createMemo(() => {
    const byId = new Map(props.members.flatMap((alert) => alert.techniques).map((technique) => [technique.id, technique]));
    return [...byId.values()].sort((a, b) => Number(b.certainty === 'seen') - Number(a.certainty === 'seen'));
  });
  // the response to an intruder must not be hidden behind that to the set-point that he changed
  const others = createMemo(() => {
    const stated = props.members.filter(
      ({ state, response }) => isOpen(state) && response !== '' && response !== props.alert.response,
    );
    const byText = new Map(
      stated
        .toSorted(byUrgency)
        .toReversed()
        .map((alert) => [alert.response, alert]),
    );
    return [...byText.values()].toSorted(byUrgency).slice(0, mostOthers);
  });
  return (
    <Panel title={shared.title.response}>
      <div class="text" tabindex="0" role="region" aria-label={texts.title.responseAndTechniques}>
        <Response alert={props.alert} />
        <Show when={props.alert.findings.some(({ channel }) => channel === 'configuration')}>
          <ChangedSettings alert={props.alert} />
        </Show>
        <For each={others()}>
          {(other) => (
            <>
              <h3>{other.title}</h3>
              <Response alert={other} />
            </>
          )}
        </For>
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
