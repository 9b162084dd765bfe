import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient } from './client.ts';

export interface RunningServer {
  /** Such as `http://127.0.0.1:5000`. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface Suite {
  /** A test of one statement of the specification. */
  test(name: string, run: (client: Client) => Promise<void>): void;
}

/**
 * Runs groups of tests against one server. A name in `deviations` is a statement this server is known to break: the
 * test must fail then, so that the list stays true.
 */
export function runSuite(
  name: string,
  start: () => Promise<RunningServer>,
  groups: Readonly<Record<string, (suite: Suite) => void>>,
  deviations: ReadonlySet<string> = new Set(),
): void {
  describe(name, () => {
    let server: RunningServer;
    let client: Client;
    beforeAll(async () => {
      server = await start();
      client = createClient(server.url);
    });
    afterAll(async () => {
      client.close();
      await server.stop();
    });
    const names = new Set<string>();
    for (const [group, define] of Object.entries(groups)) {
      describe(group, () => {
        define({
          test: (statement, run) => {
            names.add(statement);
            const kind = deviations.has(statement) ? test.fails : test;
            kind(statement, () => run(client));
          },
        });
      });
    }
    test('every known deviation is the name of a test', () => {
      expect([...deviations].filter((statement) => !names.has(statement))).toEqual([]);
    });
  });
}
