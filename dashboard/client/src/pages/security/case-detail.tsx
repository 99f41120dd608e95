import { For, Show } from 'solid-js';
import type { Api, CaseSummary } from '../../../../api/index.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Panel } from '../../ui/panel.tsx';
import { techniqueName } from './groups.tsx';
import { texts } from './text.ts';
import { workText } from './work-text.ts';

/** Facts of the selected case, and what can be done with it. */
export function CaseDetail(props: {
  readonly of: CaseSummary | undefined;
  readonly attack: Api['GET /api/security/attack']['answer'] | undefined;
  readonly failure: string | undefined;
  readonly onTake: (() => void) | undefined;
  readonly onClose: (() => void) | undefined;
  readonly onComment: (() => void) | undefined;
  readonly onExport: (() => void) | undefined;
  readonly onOpen: () => void;
}) {
  return (
    <Panel class="case-detail" title={props.of?.id ?? texts.title.detail} end={props.of === undefined ? '' : workText(props.of)}>
      <Show when={props.of} fallback={<Empty>{texts.sentence.noneChosen}</Empty>}>
        {(one) => (
          <>
            <div class="acts">
              <Button key="K" primary disabled={props.onTake === undefined} onPress={() => props.onTake?.()}>
                {texts.button.take}
              </Button>
              <Button key="V" disabled={props.onClose === undefined} onPress={() => props.onClose?.()}>
                {texts.button.close}
              </Button>
              <Button key="C" disabled={props.onComment === undefined} onPress={() => props.onComment?.()}>
                {texts.button.comment}
              </Button>
              <Button key="E" disabled={props.onExport === undefined} onPress={() => props.onExport?.()}>
                {texts.button.export}
              </Button>
              <Button key="W" onPress={props.onOpen}>
                {texts.button.openIncident}
              </Button>
            </div>
            <Show when={props.failure}>
              <b role="alert">{props.failure}</b>
            </Show>
            <div class="text" tabindex="0" role="region" aria-label={texts.title.detail}>
              <p>
                <b>{one().title}</b>
              </p>
              <p>{one().sentence}</p>
              <p class="dim">{texts.note.alerts(one().alerts, one().open)}</p>
              <h3>{texts.title.techniques}</h3>
              <Show when={one().techniques.length > 0} fallback={<p class="dim">{texts.sentence.noTechniques}</p>}>
                <ul>
                  <For each={one().techniques}>
                    {({ id, certainty }) => (
                      <li>
                        <b>{id}</b> {techniqueName(props.attack, id)} <span class="dim">{texts.label.certainty[certainty]}</span>
                      </li>
                    )}
                  </For>
                </ul>
                <p class="dim">{texts.sentence.seen}</p>
              </Show>
              <h3>{texts.title.assets}</h3>
              <p>
                {one()
                  .assets.map(({ name }) => name)
                  .join(', ')}
              </p>
              <h3>{texts.title.clients}</h3>
              <Show when={one().clients.length > 0} fallback={<p class="dim">{texts.sentence.noClients}</p>}>
                <p class="mono">
                  {one()
                    .clients.map(({ name }) => name)
                    .join(', ')}
                </p>
              </Show>
              <Show when={one().writes.length > 0}>
                <h3>{texts.title.writes}</h3>
                <ul>
                  <For each={one().writes}>{({ client, tag, change }) => <li>{texts.note.write(client, tag, change)}</li>}</For>
                </ul>
              </Show>
            </div>
          </>
        )}
      </Show>
    </Panel>
  );
}
