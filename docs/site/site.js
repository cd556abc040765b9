const current = document.querySelector('.site-menu .current');
if (current) {
  const menu = current.closest('.site-menu');
  menu.scrollTop = current.offsetTop - menu.clientHeight / 2;
}

const view = document.querySelector('.chart');
const chart = view?.querySelector('svg');

/** Zooms the statechart by buttons, the wheel with Ctrl, two fingers and keys. It is moved by scrolling or dragging. */
function start() {
  const { width, height } = chart.viewBox.baseVal;
  const whole = () => Math.min(view.clientWidth / width, view.clientHeight / height);
  const middle = () => [view.clientWidth / 2, view.clientHeight / 2];
  let zoom = 1;

  /** The point of the chart at (x, y) of the view stays there. */
  function zoomTo(wanted, [x, y] = middle()) {
    const next = Math.min(4, Math.max(whole(), wanted));
    const left = ((view.scrollLeft + x) / zoom) * next - x;
    const top = ((view.scrollTop + y) / zoom) * next - y;
    zoom = next;
    chart.style.width = `${width * zoom}px`;
    view.scrollTo(left, top);
  }
  const inView = ({ clientX, clientY }) => {
    const { left, top } = view.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };

  const tools = document.createElement('div');
  tools.className = 'chart-tools';
  const actions = [
    ['+', 'Zoom in', () => zoomTo(zoom * 1.25)],
    ['-', 'Zoom out', () => zoomTo(zoom / 1.25)],
    ['0', 'Show all', () => zoomTo(0)],
  ];
  for (const [key, label, act] of actions) {
    const button = document.createElement('button');
    button.textContent = label;
    button.title = `Key ${key}`;
    button.addEventListener('click', act);
    tools.append(button);
  }
  tools.append('Ctrl+wheel or pinch to zoom, drag to move');
  view.before(tools);
  view.addEventListener('keydown', (event) => {
    const [, , act] = actions.find(([key]) => key === event.key) ?? [];
    act?.();
  });

  view.addEventListener('wheel', (event) => {
    event.preventDefault();
    if (!event.ctrlKey && !event.metaKey) return window.scrollBy(0, event.deltaY);
    // Pinching on a touchpad arrives as a wheel with Ctrl, in smaller steps than those of a mouse.
    const step = Math.max(-20, Math.min(20, event.deltaY));
    zoomTo(zoom * Math.exp(-step * 0.01), inView(event));
  });

  let apart = 0;
  view.addEventListener('touchmove', (event) => {
    const [one, two] = event.touches;
    if (!two) return;
    event.preventDefault();
    const now = Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
    const between = { clientX: (one.clientX + two.clientX) / 2, clientY: (one.clientY + two.clientY) / 2 };
    if (apart) zoomTo((zoom * now) / apart, inView(between));
    apart = now;
  });
  view.addEventListener('touchend', () => {
    apart = 0;
  });

  view.addEventListener('pointermove', ({ pointerType, buttons, movementX, movementY }) => {
    if (pointerType === 'mouse' && buttons === 1) view.scrollBy(-movementX, -movementY);
  });

  // Not smaller than its text can be read, on a phone too.
  zoomTo(Math.max(1, view.clientWidth / width));
  const target = document.querySelector(':target');
  if (target) return target.scrollIntoView({ block: 'center', inline: 'center' });
  // The chart begins with `restoring`, which is alone on a narrow screen.
  if (view.clientWidth >= width) return;
  const { left, top } = chart.querySelector('#state-idle').getBoundingClientRect();
  const [x, y] = inView({ clientX: left, clientY: top });
  view.scrollBy(x - 16, y - 16);
}

if (chart) start();
