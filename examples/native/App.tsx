import { useState } from 'react';
import { ActivityIndicator, Button, SafeAreaView, StyleSheet, Text, View } from 'react-native';
import { accountOf } from 'tmdb-auth/account';
import { TmdbAuthProvider, useTimeLeft, useTmdbAuth } from 'tmdb-auth/react';
import { auth } from './auth';

/** The view contains the failure. */
const ignore = () => {};

function Account() {
  const { status, state, account, guest, failure, can, login, loginAsGuest, cancel, retry, logout } =
    useTmdbAuth();
  const timeLeft = useTimeLeft();

  if (status === 'pending') {
    return (
      <View style={styles.part}>
        <ActivityIndicator />
        {state.startsWith('awaitingApproval') && <Text>Waiting for your approval on TMDB</Text>}
        {failure && <Text accessibilityRole="alert">{failure.message}</Text>}
        {can.cancel && <Button title="Cancel" onPress={() => cancel().catch(ignore)} />}
      </View>
    );
  }

  return (
    <View style={styles.part}>
      {failure && <Text accessibilityRole="alert">{failure.message}</Text>}
      {can.retry && <Button title="Try again" onPress={() => retry().catch(ignore)} />}
      {account && <Text>Hello {account.name || account.username}</Text>}
      {guest && timeLeft !== null && <Text>Guest for {Math.ceil(timeLeft / 60_000)} minutes</Text>}
      {can.login && <Button title="Sign in" onPress={() => login().catch(ignore)} />}
      {can.loginAsGuest && <Button title="Continue as guest" onPress={() => loginAsGuest().catch(ignore)} />}
      {status !== 'signedOut' && <Film />}
      {can.logout && <Button title={guest ? 'Leave' : 'Sign out'} onPress={() => logout().catch(ignore)} />}
    </View>
  );
}

function Film() {
  const [message, setMessage] = useState('');
  const rate = () =>
    accountOf(auth)
      .rate({ movie: 550 }, 8)
      .then(
        () => setMessage('Rated 8 of 10'),
        (error: Error) => setMessage(error.message),
      );
  return (
    <>
      <Button title="Rate film 550" onPress={rate} />
      <Text>{message}</Text>
    </>
  );
}

export function App() {
  return (
    <TmdbAuthProvider auth={auth}>
      <SafeAreaView style={styles.screen}>
        <Account />
      </SafeAreaView>
    </TmdbAuthProvider>
  );
}

const styles = StyleSheet.create({
  screen: { flex: 1, justifyContent: 'center' },
  part: { padding: 24, gap: 12 },
});
