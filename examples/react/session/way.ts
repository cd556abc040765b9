export type Way = 'redirect' | 'popup';

const WAY = 'marquee:way';
const JUST_CHOSEN = 'marquee:way-just-chosen';

/** How TMDB is shown: in this page, or in a window of its own. */
export const chosenWay = (): Way => (sessionStorage.getItem(WAY) === 'popup' ? 'popup' : 'redirect');

/** The client is made once for a page, so another way is another page. */
export function chooseWay(way: Way): void {
  sessionStorage.setItem(WAY, way);
  sessionStorage.setItem(JUST_CHOSEN, 'true');
  location.reload();
}

const justChosen = sessionStorage.getItem(JUST_CHOSEN) !== null;
sessionStorage.removeItem(JUST_CHOSEN);

/** This page is here because the user chose a way: the focus belongs on what they pressed. */
export const wasJustChosen = () => justChosen;
