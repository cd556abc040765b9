import { createNodeAuth } from 'tmdb-auth/node';

createNodeAuth({
  credentials: { accessToken: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJiZW5jaCJ9.c2lnbmF0dXJl' },
}).dispose();
