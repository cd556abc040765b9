import { playWeakenings } from '../../support/weakened.ts';
import { WEAKENINGS } from './weakenings.ts';

playWeakenings('test/openid/attacks', WEAKENINGS);
