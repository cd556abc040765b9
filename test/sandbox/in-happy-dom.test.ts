// @vitest-environment happy-dom
import { playInEnvironment } from './in-environment.ts';

playInEnvironment('happy-dom');
