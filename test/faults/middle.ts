import { judgeEnd, orphansOf } from './judge.ts';
import { type Cell, setOut, signIn } from './play.ts';

/**
 * Plays a cell up to the moment of the fault, and cancels or signs out then. Resolves to everything that is wrong
 * afterwards.
 */
export async function playMiddle(cell: Cell, way: 'cancel' | 'logout'): Promise<string[]> {
  const { step, trouble, stage, outcome } = await setOut(cell);
  const wrong: string[] = [];
  try {
    await stage.untilExactly(
      () => stage.hits(step, trouble) > 0 || (outcome.isOver && stage.isSettled),
      () => 'the fault to show',
    );
    const wasUser = stage.view.status === 'user';
    await stage.call(way);
    const { status, state, guest } = stage.view;
    if (status === 'pending') wrong.push(`after ${way} it is still ${state}`);
    if (way === 'cancel' && wasUser && step.call !== 'logout' && status !== 'user')
      wrong.push('a cancel signed the user out');
    if (way === 'logout' && (status !== 'signedOut' || guest)) wrong.push(`after a logout it is ${state}`);
    stage.heal();
    stage.letGo();
    await stage.rest();
    if (way === 'logout' && trouble.at !== 'storage' && stage.record())
      wrong.push('something is still stored');
    await signIn(stage);
    if (stage.view.state !== 'sessionActive.ready') wrong.push(`the next sign-in ended ${stage.view.state}`);
    const { sessions, accessTokens } = orphansOf(stage);
    // A storage that hangs is not asked again for a minute, so its session is not found, and is replaced.
    const isUnseen = cell.step === 'restore' && cell.fault === 'hangs';
    if (sessions > stage.wire.lost.sessions + Number(isUnseen))
      wrong.push(`${sessions} sessions are orphaned`);
    if (accessTokens > stage.wire.lost.accessTokens) wrong.push(`${accessTokens} access tokens are orphaned`);
    wrong.push(...(await judgeEnd(stage)));
    return wrong;
  } finally {
    await stage.close();
  }
}
