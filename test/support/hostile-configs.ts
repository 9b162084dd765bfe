/** Texts made to hurt whoever reads them, about as large as a configuration may be. */
const head = 'apiVersion: skaffold/v4beta14\nkind: Config\n';
const million = 1_000_000;

function each(count: number, write: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => write(index)).join('');
}

/** Levels of nine aliases each. */
function bomb(levels: number): string {
  return `.a0: &a0 [x,x,x,x,x,x,x,x,x]\n${each(levels, (index) => `.a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join()}]\n`)}`;
}

const patched = `${head}build: {artifacts: [{image: x}]}\nprofiles:\n- name: p\n  activation: [{command: diagnose}, {command: build}]\n  patches:\n`;

/** By name. Whether they are valid does not matter. */
export const hostileConfigs: Readonly<Record<string, string>> = {
  'an alias bomb': head + bomb(12),
  'a used alias bomb': `${head}${bomb(12)}build: {artifacts: *a9}\n`,
  'a merge bomb': `${head}.m0: &m0 {x: 1}\n${each(15, (index) => `.m${index + 1}: &m${index + 1} {<<: [${Array(9).fill(`*m${index}`).join()}]}\n`)}`,
  'many aliases': `${head}.a: &a [${'x,'.repeat(900)}]\n.b: [${'*a,'.repeat(300_000)}]\n`,
  'unknown aliases': `${head}build: [${'*a,'.repeat(330_000)}]\n`,
  'open lists': `${head}build: ${'[a, '.repeat(250_000)}`,
  'nested lists': `${head}build: ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`,
  'nested mappings': `${head}build: ${'{a: '.repeat(100_000)}1${'}'.repeat(100_000)}\n`,
  'nested dashes': `${head}build:\n${'- '.repeat(100_000)}x\n`,
  'nested questions': `${head}build:\n ${'? '.repeat(100_000)}x\n`,
  'closing brackets': `${head}build: ${']'.repeat(million)}`,
  'lines of quotes': head + '"\n'.repeat(500_000),
  quotes: head + "'".repeat(million),
  'lists that open in a list': `${head}build:\n  artifacts:\n${'  - image: [\n'.repeat(75_000)}`,
  'lists that open at the edge': head + 'build: [a\n'.repeat(20_000),
  'a flow list at the edge': `${head}build: {artifacts: [\n${'{image: a, context: b},\n'.repeat(40_000)}]}\n`,
  digits: `${head}build: {local: {concurrency: ${'9'.repeat(million)}}}\n`,
  'quoted digits': `${head}portForward: [{port: "${'9'.repeat(million)}"}]\n`,
  'hexadecimal digits': `${head}build: {local: {concurrency: 0x${'f'.repeat(million)}}}\n`,
  'a long key': `${head}${'k'.repeat(million)}: 1\n`,
  'a long text': `${head}metadata: {name: ${'n'.repeat(million)}}\n`,
  escapes: `${head}metadata:\n  name: "${'\\\\'.repeat(500_000)}"\n`,
  'unknown keys': head + each(19_000, (index) => `key${index}: 1\n`),
  'the same key': head + 'build: {}\n'.repeat(19_000),
  'more keys than fit': head + 'build: {}\n'.repeat(100_000),
  'wrong artifacts': `${head}build:\n  artifacts:\n${each(7_900, (index) => `  - imag: app${index}\n    contex: d${index}\n`)}`,
  'wrong artifacts on a line': `${head}build: {artifacts: [${each(7_900, (index) => `{imag: app${index}, contex: d${index}},`)}]}\n`,
  'the same image': `${head}build:\n  artifacts:\n${'  - image: a\n'.repeat(13_000)}`,
  'nothing in a list': `${head}build: {artifacts: [${'null,'.repeat(39_000)}]}\n`,
  documents: `${head}---\n`.repeat(7_900),
  'empty documents': head + '---\n'.repeat(250_000),
  'documents after documents': head + '...\n'.repeat(250_000),
  'line breaks': head + '\n'.repeat(million),
  'carriage returns': head + '\r'.repeat(million),
  'patches that add': patched + '  - {op: add, path: /build/artifacts/-, value: {image: x}}\n'.repeat(4_300),
  'patches that search': patched + '  - {path: /build/image=x/context, value: x}\n'.repeat(5_500),
  'patches that copy': patched + '  - {op: copy, from: /build, path: /build/artifacts/0/x}\n'.repeat(4_300),
  'a patch far below': `${patched}  - {op: add, path: "/build/${'a/'.repeat(300_000)}"}\n`,
  'profiles that apply': `${head}profiles:\n${each(2_600, (index) => `- name: p${index}\n  activation: [{command: diagnose}, {command: build}]\n  build: {artifacts: [{image: a${index}}]}\n`)}`,
  'a pattern of groups': `${head}profiles: [{name: p, activation: [{command: "${'(a+)+'.repeat(150_000)}$"}]}]\n`,
  'a pattern of choices': `${head}profiles: [{name: p, activation: [{command: "${'a|'.repeat(400_000)}b"}]}]\n`,
  'a pattern of classes': `${head}profiles: [{name: p, activation: [{command: "${'[a-z]'.repeat(150_000)}b"}]}]\n`,
  'patterns that multiply': `${head}profiles:\n${each(3_500, (index) => `- {name: p${index}, activation: [{command: "${'(x{1000})?'.repeat(20)}y"}]}\n`)}`,
  'modules in a row': each(
    2_600,
    (index) => `${head}metadata: {name: m${index}}\nrequires: [{configs: [m${index + 1}]}]\n---\n`,
  ),
  'modules that all require all': each(
    2_300,
    (index) => `${head}metadata: {name: m${index}}\nrequires: [{path: .}]\n---\n`,
  ),
  'modules that require many': each(
    800,
    (index) =>
      `${head}metadata: {name: m${index}}\nrequires: [${each(8, (other) => `{configs: [m${(index * 7 + other) % 800}]},`)}]\n---\n`,
  ),
  'an old version': `apiVersion: skaffold/v1alpha1\nkind: Config\nbuild:\n  artifacts:\n${each(7_900, (index) => `  - imageName: app${index}\n    workspace: d\n`)}`,
  'old releases': `apiVersion: skaffold/v2beta1\nkind: Config\ndeploy:\n  helm:\n    releases:\n${each(4_000, (index) => `    - {name: r${index}, chartPath: c, values: {a: b}}\n`)}`,
  releases: `${head}deploy:\n  helm:\n    releases:\n${each(4_000, (index) => `    - {name: r${index}, chartPath: c, dependsOn: [r${index + 1}]}\n`)}`,
  values: `${head}deploy: {helm: {releases: [{name: r, chartPath: c, setValues: {${each(19_000, (index) => `k${index}: 1, `)}}}]}}\n`,
  'ten megabytes': `${head}build:\n  artifacts:\n${'  - image: a\n'.repeat(800_000)}`,
  'ten megabytes without an end': head + 'x'.repeat(10 * million),
};
