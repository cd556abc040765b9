import { present } from './panel-page.ts';

/** The same page, for a bundle like a development server's. */
present();
