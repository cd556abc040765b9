/* Loads code that is otherwise loaded on demand: simulated time must not pass while a file is read. */
import 'ofetch';
import '../../src/client/adoption.ts';
import '../../src/client/api.ts';
import '../../src/client/carry-over.ts';
import '../../src/direct/adopt-session.ts';
import '../../src/direct/carry-over-ratings.ts';
import '../../src/direct/convert-session.ts';
import '../../src/direct/direct-fetch.ts';
import '../../src/direct/v4.ts';
import '../../src/remote/remote-backend.ts';
