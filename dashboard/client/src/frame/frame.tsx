import { createEffect, createSignal, For, on, onCleanup, Show, type JSX } from 'solid-js';
import { needsAcknowledgement } from '../../../../src/core/alert.ts';
import { useNextAbnormal } from '../store/next-abnormal.ts';
import { useApp } from '../store/app-context.ts';
import { listenToCutText } from '../ui/cut-text.ts';
import { activeKeys, listenToKeys, useKeys, type KeyBinding } from '../ui/keys.ts';
import { focusPageStart, openByKey } from '../ui/page-start.tsx';
import { Banner } from './banner.tsx';
import './frame.css';
import { Finder } from './finder.tsx';
import { Help } from './help.tsx';
import { Notices } from './notices.tsx';
import { menuEntries, Top } from './top.tsx';
import { Veil } from './veil.tsx';
import { shared } from '../text.ts';
import { texts } from './text.ts';

/** Frame of every page: navigation, vital signs, banner, notices, keys, and the veil when data have stopped. */
export function Frame(props: { readonly children: JSX.Element; readonly onLogout: () => void }) {
  const app = useApp();
  const { connection, settings, lab, site, sound } = app;
  const [looking, setLooking] = createSignal(false);
  const [help, setHelp] = createSignal<readonly KeyBinding[]>();
  const [finding, setFinding] = createSignal(false);
  const nextAbnormal = useNextAbnormal();
  const stopped = (): boolean => connection.state() === 'stopped';
  createEffect(
    on(stopped, (now) => {
      if (!now) setLooking(false);
    }),
  );
  useKeys(() => [
    ...menuEntries(lab.feed() !== undefined).map((entry) => ({
      caption: `G ${entry.letter.toUpperCase()}`,
      text: texts.key.go(entry.text.toLowerCase()),
      on: [`g ${entry.letter}`],
      run: () => openByKey(app, entry.route),
      quiet: true,
    })),
    {
      caption: 'G M',
      text: texts.key.go(texts.label.maintenance),
      on: ['g m'],
      run: () => openByKey(app, { page: 'system', tab: 'maintenance' }),
      quiet: true,
    },
    {
      caption: '1–9',
      text: texts.key.openArea,
      on: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
      run: (key) => {
        const area = site.areas[Number(key) - 1];
        if (area !== undefined) openByKey(app, { page: 'unit', area: area.id });
      },
      quiet: true,
    },
    { caption: 'N', text: shared.key.nextAbnormal, on: ['n'], run: nextAbnormal, quiet: true },
    { caption: 'M', text: texts.key.silence, on: ['m'], run: sound.toggleSilence, quiet: true },
    { caption: '⇧D', text: texts.key.theme, on: ['Shift+d'], run: settings.toggleTheme, quiet: true },
    { caption: '/', text: texts.key.findTag, on: ['/'], run: () => setFinding(true) },
    { caption: '?', text: texts.key.allKeys, on: ['?'], run: () => setHelp(activeKeys()) },
  ]);
  onCleanup(listenToKeys(settings.letterKeys));
  onCleanup(listenToCutText());
  createEffect(() => {
    const waiting = app.alerts.open().filter((alert) => needsAcknowledgement(alert.state)).length;
    document.title = [
      ...(stopped() ? [texts.note.dataStopped] : waiting > 0 ? [texts.note.waiting(waiting)] : []),
      site.name,
      'scadawatch',
    ].join(' · ');
  });
  return (
    <div class="frame" classList={{ 'not-live': stopped() }}>
      <button type="button" class="unseen skip-link" onClick={focusPageStart}>
        {texts.button.skip}
      </button>
      <Top onKeys={() => setHelp(activeKeys())} onLogout={props.onLogout} />
      <Banner />
      <Notices looking={looking()} onHide={() => setLooking(false)} />
      {props.children}
      <Show when={connection.replay()}>
        <div class="watermark" aria-hidden="true">
          {texts.note.replay}
        </div>
      </Show>
      <footer class="key-bar" aria-label={texts.label.keyBar}>
        <For each={activeKeys().filter((key) => key.quiet !== true)}>
          {(key) => (
            <span>
              <kbd>{key.caption}</kbd>
              {key.text}
            </span>
          )}
        </For>
      </footer>
      <Show when={finding()}>
        <Finder onClose={() => setFinding(false)} />
      </Show>
      <Show when={help()}>{(keys) => <Help keys={keys()} onClose={() => setHelp(undefined)} onLogout={props.onLogout} />}</Show>
      <Show when={stopped() && !looking()}>
        <Veil onLook={() => setLooking(true)} />
      </Show>
    </div>
  );
}
