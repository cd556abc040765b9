import { type QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { accountQueries } from '../../../src/account/query/index.ts';
import { useAccountState, useLists } from '../../../src/account/react/index.ts';
import type { TmdbAuth } from '../../../src/index.ts';
import { TmdbAuthProvider, useTmdbAuth } from '../../../src/ui/react/index.ts';

function Film() {
  const { status, rating, isLoading } = useAccountState({ movie: 550 });
  const { lists } = useLists();
  return <p id="film">{JSON.stringify({ status, rating, isLoading, lists })}</p>;
}

function Favorites() {
  const { auth, status } = useTmdbAuth();
  const { data } = useQuery(accountQueries(auth).favorites('movie'));
  const titles = data?.map(({ title }) => title);
  return <p id="favorites">{JSON.stringify({ status, titles })}</p>;
}

export const App = ({ auth, queryClient }: { auth: TmdbAuth; queryClient: QueryClient }) => (
  <TmdbAuthProvider auth={auth}>
    <QueryClientProvider client={queryClient}>
      <Film />
      <Favorites />
    </QueryClientProvider>
  </TmdbAuthProvider>
);
