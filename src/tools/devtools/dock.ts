import { addStyles, h } from './dom.ts';
import { LIMITS, roomFor, WIDE } from './styles.ts';

type Side = keyof typeof LIMITS;

/** Place and size of the panel. Sizes in px: its height at the bottom, its width at the right. */
interface Stance {
  isOpen: boolean;
  side: Side;
  sizes: Record<Side, number>;
}

/** In `sessionStorage`: a sign-in by redirect leaves the page and comes back. */
const KEY = 'tmdb-auth-devtools';

/** Leaves the app half of a low window, as in a zoomed page. */
const first = (): Omit<Stance, 'isOpen'> => ({
  side: 'bottom',
  sizes: { bottom: Math.min(360, innerHeight / 2), right: 440 },
});

const isSize = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < 1e5;

/** The stored values that are valid; defaults for the others, and where storage is blocked. */
function recall(isOpen: boolean): Stance {
  const { side, sizes } = first();
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
    const sizeAt = (where: Side) => (isSize(kept.sizes?.[where]) ? kept.sizes[where] : sizes[where]);
    return {
      isOpen: typeof kept.isOpen === 'boolean' ? kept.isOpen : isOpen,
      side: kept.side === 'right' ? 'right' : side,
      sizes: { bottom: sizeAt('bottom'), right: sizeAt('right') },
    };
  } catch {
    return { isOpen, side, sizes };
  }
}

function keep(stance: Stance): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(stance));
  } catch {
    // Blocked or full: after a reload the panel starts with the defaults.
  }
}

/** How far a key moves the edge, in px. */
const STEP = 24;
/** The keys that make the panel larger and smaller. */
const KEYS = { bottom: ['ArrowUp', 'ArrowDown'], right: ['ArrowLeft', 'ArrowRight'] } as const;
const OTHER = { bottom: 'right', right: 'bottom' } as const;

/** The panel's frame: open or closed, at the bottom or the right of the window, and resizable. */
export function createDock(isOpenAtFirst: boolean, onOpened: () => void) {
  const stance = recall(isOpenAtFirst);
  const wide = matchMedia(WIDE);
  let leaveRoom: (() => void) | null = null;

  const close = h(
    'button',
    { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => toggle(false) },
    '×',
  );
  const side = h('button', { type: 'button', class: 'side', onclick: () => moveTo(OTHER[stance.side]) });
  const edge = h('div', {
    class: 'edge',
    role: 'separator',
    tabindex: '0',
    'aria-label': 'Size of the panel',
  });
  const element = h('aside', { class: 'dock', 'aria-label': 'tmdb-auth' }, edge);
  const opener = h('button', { type: 'button', class: 'opener', onclick: () => toggle(true) }, 'tmdb-auth');

  const sideNow = (): Side => (wide.matches ? stance.side : 'bottom');
  const roomAt = (where: Side) => (where === 'right' ? innerWidth : innerHeight);
  const limitsAt = (where: Side) => {
    const { least, rest } = LIMITS[where];
    return { least, most: Math.max(least, roomAt(where) - rest) };
  };

  const show = () => {
    element.hidden = !stance.isOpen;
    opener.hidden = stance.isOpen;
    element.dataset.side = stance.side;
    for (const [where, size] of Object.entries(stance.sizes))
      element.style.setProperty(`--size-${where}`, `${size}px`);
    const name = `Dock ${stance.side === 'bottom' ? 'to the right' : 'to the bottom'}`;
    side.setAttribute('aria-label', name);
    side.title = name;
    const where = sideNow();
    const { least, most } = limitsAt(where);
    const values = {
      orientation: where === 'right' ? 'vertical' : 'horizontal',
      valuemin: least,
      valuemax: most,
    };
    const valuenow = Math.round(Math.min(most, Math.max(least, stance.sizes[where])));
    for (const [key, value] of Object.entries({ ...values, valuenow }))
      edge.setAttribute(`aria-${key}`, `${value}`);
    leaveRoom?.();
    leaveRoom = stance.isOpen ? addStyles(document, roomFor(stance.side, stance.sizes)) : null;
  };
  const change = () => {
    show();
    keep(stance);
  };
  const moveTo = (where: Side) => {
    stance.side = where;
    change();
    onOpened();
  };
  const resize = (size: number) => {
    const where = sideNow();
    const { least, most } = limitsAt(where);
    stance.sizes[where] = Math.min(most, Math.max(least, size));
    change();
  };
  const toggle = (isOpen: boolean) => {
    stance.isOpen = isOpen;
    change();
    if (isOpen) onOpened();
    (isOpen ? close : opener).focus();
  };

  element.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') toggle(false);
  });
  edge.addEventListener('keydown', (event) => {
    const where = sideNow();
    const { least, most } = limitsAt(where);
    const [larger, smaller] = KEYS[where];
    const size = Math.min(most, stance.sizes[where]);
    const wanted: Record<string, number> = {
      [larger]: size + STEP,
      [smaller]: size - STEP,
      Home: least,
      End: most,
    };
    const next = wanted[event.key];
    if (next === undefined) return;
    event.preventDefault();
    resize(next);
  });
  edge.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    edge.setPointerCapture(event.pointerId);
  });
  edge.addEventListener('pointermove', ({ pointerId, clientX, clientY }) => {
    if (!edge.hasPointerCapture(pointerId)) return;
    resize(sideNow() === 'right' ? innerWidth - clientX : innerHeight - clientY);
  });

  wide.addEventListener('change', show);
  show();

  return {
    element,
    opener,
    /** The frame's buttons, for the header of its content. */
    corner: h('span', { class: 'corner' }, side, close),
    dispose() {
      wide.removeEventListener('change', show);
      leaveRoom?.();
    },
  };
}
