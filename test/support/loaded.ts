/* What is loaded on demand is here before a test begins: simulated time must not run while a file is read. */
import 'ofetch';
import '../../src/direct/carry-over-ratings.ts';
import '../../src/remote/remote-backend.ts';
