let isTold = false;

/**
 * Has V8 compile for speed as early as it does by itself. The program starts with a V8 that waits eight times as long, which is
 * right for the short runs that most are; whoever finds that this one has thousands of files to look at takes it back.
 */
export function expectLongRun(): void {
  if (isTold || !process.versions.v8.startsWith('11.3.')) return;
  isTold = true;
  process.getBuiltinModule('node:v8').setFlagsFromString('--interrupt-budget=132096');
}
