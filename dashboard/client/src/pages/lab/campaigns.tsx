import { createSignal, For, Show } from 'solid-js';
import type { CampaignStatus, LabCampaign } from '../../../../../src/core/lab.ts';
import { formatAge, formatDuration } from '../../pure/format.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/fields.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ScrollRegion } from '../../ui/table.tsx';
import { texts } from './text.ts';

/** Campaigns of the plant: the selected one with its scenarios, or the running one with its course. */
export function Campaigns(props: {
  readonly campaigns: readonly LabCampaign[];
  readonly running: CampaignStatus | undefined;
  /** Undefined while a scenario or a campaign runs. */
  readonly onStart: ((id: string) => void) | undefined;
}) {
  const { clock } = useApp();
  const [chosen, setChosen] = createSignal<string>();
  const shown = (): LabCampaign | undefined =>
    props.campaigns.find(({ id }) => id === (props.running?.id ?? chosen())) ?? props.campaigns[0];
  const state = (i: number, afterS: number): string => {
    const { running } = props;
    if (running === undefined) return texts.note.afterDelay(formatDuration(afterS * 1_000));
    if (i === running.begun && running.nextAt !== undefined)
      return texts.note.beginsIn(formatAge(running.nextAt - clock.second()));
    if (i >= running.begun) return texts.note.afterDelay(formatDuration(afterS * 1_000));
    return i === running.begun - 1 && running.nextAt === undefined ? texts.note.running : texts.note.ended;
  };
  return (
    <Panel title={texts.title.campaigns} end={props.running === undefined ? undefined : texts.note.running}>
      <Show when={shown()}>
        {(campaign) => (
          <>
            <Show when={props.running === undefined} fallback={<p>{campaign().title}</p>}>
              <SelectField
                label={texts.label.campaign}
                name="campaign"
                options={props.campaigns.map(({ id, title }) => ({ value: id, text: title }))}
                value={campaign().id}
                onChoose={setChosen}
              />
            </Show>
            <ScrollRegion label={texts.title.campaigns}>
              <ol class="campaign">
                <For each={campaign().parts}>
                  {({ scenario, afterS }, i) => (
                    <li aria-current={state(i(), afterS) === texts.note.running ? 'step' : undefined}>
                      <span>
                        {i() + 1} {scenario}
                      </span>
                      <span class="dim">{state(i(), afterS)}</span>
                    </li>
                  )}
                </For>
              </ol>
            </ScrollRegion>
            <Show when={props.running === undefined}>
              <Button disabled={props.onStart === undefined} onPress={() => props.onStart?.(campaign().id)}>
                {texts.button.startCampaign}
              </Button>
            </Show>
          </>
        )}
      </Show>
    </Panel>
  );
}
