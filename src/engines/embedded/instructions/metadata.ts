import { parseTrigger } from '../../../dockerfile/parse.ts';
import { buildError } from '../failure.ts';
import { type Execute, withConfig, withHistory } from '../stage.ts';
import { parsePorts } from './ports.ts';

/** LABEL. */
export const label: Execute<'LABEL'> = (stage, { pairs }, parts) => {
  const labels = { ...stage.draft.config.Labels, ...Object.fromEntries(pairs.map(({ key, value }) => [key, value])) };
  const shown = pairs.map(({ key, value }) => `${key}=${value}`).join(' ');
  return withHistory(withConfig(stage, { Labels: labels }), `LABEL ${shown}`, false, parts);
};

/** EXPOSE. */
export const expose: Execute<'EXPOSE'> = (stage, { values }, parts) => {
  const ports = parsePorts(values);
  const all = { ...stage.draft.config.ExposedPorts, ...Object.fromEntries(ports.map((port) => [port, {}])) };
  return withHistory(withConfig(stage, { ExposedPorts: all }), `EXPOSE [${ports.join(' ')}]`, false, parts);
};

/** VOLUME. */
export const volume: Execute<'VOLUME'> = (stage, { values }, parts) => {
  if (values.includes('')) throw buildError('VOLUME names an empty path', 'Give VOLUME an absolute path');
  const all = { ...stage.draft.config.Volumes, ...Object.fromEntries(values.map((path) => [path, {}])) };
  return withHistory(withConfig(stage, { Volumes: all }), `VOLUME [${values.join(' ')}]`, false, parts);
};

/** USER. */
export const user: Execute<'USER'> = (stage, { value }, parts) =>
  withHistory(withConfig(stage, { User: value }), `USER ${value}`, false, parts);

/** MAINTAINER. */
export const maintainer: Execute<'MAINTAINER'> = (stage, { value }, parts) =>
  withHistory({ ...stage, draft: { ...stage.draft, author: value } }, `MAINTAINER ${value}`, false, parts);

const signalNames = new Set(
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX'.split(
    ' ',
  ),
);

/** STOPSIGNAL: a number, or a signal's name with or without SIG. */
export const stopSignal: Execute<'STOPSIGNAL'> = (stage, { value }, parts) => {
  const name = value.toUpperCase().replace(/^SIG/, '');
  const isKnown = /^\d+$/.test(value) ? Number(value) > 0 : isSignalName(name);
  if (!isKnown) throw buildError(`invalid signal "${value}"`, 'Give STOPSIGNAL a name such as SIGTERM or a number');
  return withHistory(withConfig(stage, { StopSignal: value }), `STOPSIGNAL ${value}`, false, parts);
};

function isSignalName(name: string): boolean {
  const realTime = /^RT(?:MIN\+(\d+)|MAX-(\d+))$/.exec(name);
  if (realTime !== null) return Number(realTime[1] ?? 0) <= 15 && Number(realTime[2] ?? 0) <= 14;
  return signalNames.has(name);
}

/** HEALTHCHECK. */
export const healthcheck: Execute<'HEALTHCHECK'> = (stage, instruction, parts) => {
  const { test, interval, timeout, startPeriod, startInterval, retries } = instruction;
  const times = {
    Interval: interval,
    Timeout: timeout,
    StartPeriod: startPeriod,
    StartInterval: startInterval,
    Retries: retries,
  };
  const given = Object.fromEntries(Object.entries(times).filter(([, value]) => value !== undefined && value !== 0));
  const check = { Test: test, ...given };
  return withHistory(withConfig(stage, { Healthcheck: check }), `HEALTHCHECK ${JSON.stringify(check)}`, false, parts);
};

/** ONBUILD: kept for the images that start from this one; checked now, so that they need not find it wrong. */
export const onBuild: Execute<'ONBUILD'> = (stage, { expression }) => {
  parseTrigger(expression);
  return withConfig(stage, { OnBuild: [...(stage.draft.config.OnBuild ?? []), expression] });
};
