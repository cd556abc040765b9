#!/usr/bin/env node
import { run } from './program.ts';

// A reader that has left (`tmdb-auth status | head -0`) is no fault of ours.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

process.exitCode = await run(process.argv.slice(2));
