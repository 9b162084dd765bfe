import { openSession } from '../../pipeline/session.ts';
import { runTests } from '../../pipeline/tests.ts';
import type { Invocation } from '../invocation.ts';
import { refuseUnsupportedFlags } from '../unsupported-flags.ts';
import { sessionOptions } from './session-options.ts';

/** `test`: runs the tests of images that were built before. */
export async function run(invocation: Invocation<'test'>): Promise<number> {
  refuseUnsupportedFlags(invocation);
  const { buildArtifacts = [], images } = invocation.options;
  const session = await openSession(await sessionOptions(invocation), invocation.ctx);
  try {
    await invocation.showProgress({ mode: 'show' });
    await runTests(session, { buildArtifacts, images });
    return 0;
  } finally {
    await session.close();
  }
}
