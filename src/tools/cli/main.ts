#!/usr/bin/env node
import { run } from './program.ts';

// Ignore EPIPE: the reader may close the pipe (`tmdb-auth status | head -0`).
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

process.exitCode = await run(process.argv.slice(2));
