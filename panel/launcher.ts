import { createLauncher, type Launcher, type LauncherMemory } from './create-launcher.js';
import type { PanelHost } from './host.js';
import { keepAbove } from './keep-above.js';
import { recall, remember, SETTINGS } from './remember.js';
import type { Settings } from './settings.js';
import { matchesShortcut, parseShortcut } from './shortcut.js';

/**
 * Mounts the button that opens the panel, with live counts of open spans and errors, and its shortcut. Lit is loaded
 * with the panel, not with this. Returns the undo, which closes the panel as well.
 */
export function mountLauncher(host: PanelHost): () => void {
  return host.runOutside(() => {
    const { options } = host;
    const memory: LauncherMemory = {
      right: 16,
      bottom: 16,
      small: false,
      open: false,
      ...recall<LauncherMemory>('launcher'),
    };
    const shortcut = options.shortcut ?? 'Alt+Shift+Z';
    const undo = new AbortController();
    const { signal } = undo;
    let unmountPanel: (() => void) | undefined;
    let wanted = false;
    let launcher: Launcher;
    /** That of the panel, as chosen there. */
    const theme = () => recall<Settings>(SETTINGS)?.theme ?? options.theme;
    let remove: () => void;

    const show = (isOpen: boolean) => {
      launcher.show(!isOpen);
      memory.open = isOpen;
      remember('launcher', memory);
    };
    const closed = () => {
      wanted = false;
      unmountPanel = undefined;
      show(false);
    };
    const openPanel = (takesFocus: boolean) =>
      host.runOutside(async () => {
        wanted = true;
        try {
          const { mountPanel } = await host.load();
          if (!wanted || unmountPanel || signal.aborted) return;
          unmountPanel = mountPanel({ ...host, takesFocus, closed });
          show(true);
        } catch (cause) {
          wanted = false;
          console.warn(
            isOurs(cause)
              ? cause.message
              : "zonetrace: the panel could not be loaded; allow its script and the Trusted Types policy lit-html in the page's Content-Security-Policy",
            cause,
          );
        }
      });
    const toggle = () => {
      if (!unmountPanel) return void openPanel(true);
      unmountPanel();
      closed();
    };

    const pressed = parseShortcut(shortcut);
    const onKey = (event: KeyboardEvent) => {
      if (!matchesShortcut(event, pressed)) return;
      event.preventDefault();
      event.stopPropagation();
      toggle();
    };
    const place = (keys: EventTarget) => {
      launcher = createLauncher(host, shortcut, memory, theme, toggle);
      launcher.show(!unmountPanel);
      keys.addEventListener('keydown', onKey as EventListener, { capture: true, signal });
      const taken = keepAbove(launcher.element, false, () => {
        if (signal.aborted) return;
        launcher.remove();
        // Zone.js believes that the listeners of the window are still there, and adds no others.
        host.runOutside(() => place(document.documentElement));
      });
      remove = () => {
        taken();
        launcher.remove();
      };
    };
    place(window);
    if (options.open ?? memory.open) void openPanel(false);

    return () => {
      undo.abort();
      unmountPanel?.();
      unmountPanel = undefined;
      remove();
    };
  });
}

/** It says itself what to do. */
function isOurs(cause: unknown): cause is Error {
  return cause instanceof Error && cause.message.startsWith('zonetrace: ');
}
