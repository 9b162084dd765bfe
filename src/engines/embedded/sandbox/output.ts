/** What a command prints: passed on line by line, its end kept for the error, secrets taken out. */

export interface CommandOutput {
  take(stream: 'stdout' | 'stderr', text: string): void;
  /** Passes on what has no line end yet. */
  flush(): void;
  /** The last lines of both streams. */
  last(): readonly string[];
}

const keptLines = 10;

/** Passes lines to `print`. */
export function openOutput(print: (line: string) => void, secrets: readonly string[]): CommandOutput {
  const rest = { stdout: '', stderr: '' };
  const kept: string[] = [];
  const hidden = secrets.map((secret) => secret.trim()).filter((secret) => secret.length > 3);
  const pass = (line: string): void => {
    // What was printed over with a carriage return is not seen on a terminal either.
    const seen = line.replace(/\r$/, '').replace(/^.*\r/s, '');
    const text = hidden.reduce((all, secret) => all.replaceAll(secret, '***'), seen);
    kept.push(text);
    if (kept.length > keptLines) kept.shift();
    print(text);
  };
  return {
    take: (stream, text) => {
      const lines = (rest[stream] + text).split('\n');
      rest[stream] = lines.pop() ?? '';
      for (const line of lines) pass(line);
    },
    flush: () => {
      for (const stream of ['stdout', 'stderr'] as const) {
        if (rest[stream] !== '') pass(rest[stream]);
        rest[stream] = '';
      }
    },
    last: () => kept.filter((line) => line.trim() !== ''),
  };
}
