// @vitest-environment jsdom
import { playInEnvironment } from './in-environment.ts';

playInEnvironment('jsdom');
