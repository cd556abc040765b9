import NextAuth from 'next-auth';

export const { handlers, auth, signIn, signOut } = NextAuth({
  providers: [
    {
      id: 'tmdb',
      name: 'TMDB',
      type: 'oidc',
      checks: ['pkce', 'state', 'nonce'],
      authorization: { params: { scope: 'openid profile' } },
    },
  ],
  pages: { signIn: '/', error: '/' },
  callbacks: {
    // The sign-out needs the ID token. It stays in the encrypted cookie.
    jwt: ({ token, account }) => (account ? { ...token, idToken: account.id_token } : token),
  },
});
