import { present } from './panel-page.ts';

present();
