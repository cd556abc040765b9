import { present } from './panel-page.ts';

/** The same page, to be bundled as a development server does. */
present();
