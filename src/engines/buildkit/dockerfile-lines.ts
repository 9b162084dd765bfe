import type { Dockerfile } from '../../dockerfile/types.ts';

/**
 * Finds the line of the instruction that a step of BuildKit's is named after (`[build 2/3] RUN make`). Undefined for steps
 * of its own, and where several instructions read the same.
 */
export function lineFinder({ instructions }: Dockerfile): (stepName: string) => number | undefined {
  return (stepName) => {
    const [, text] = /^\[(?!internal\])[^\]]*\] (.*)$/s.exec(stepName) ?? [];
    if (text === undefined) return undefined;
    const same = instructions.filter(({ original }) => onOneLine(original) === onOneLine(text));
    return same.length === 1 ? same[0]?.line : undefined;
  };
}

function onOneLine(text: string): string {
  return text
    .replace(/[\\`]\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
