import { Agent, type AgentOptions, request } from 'node:http';
import type { Agent as SecureAgent } from 'node:https';
import type { System } from '../core/ports.ts';
import type { Route } from './http-exchange.ts';
import { proxyFor } from './proxy-rules.ts';

/** Chooses ways to hosts and keeps their connections. */
export interface Routes {
  route(url: URL, insecure: boolean): Promise<Route>;
  /** Trusts this system's certificates too from now on; routes to https hosts get another agent by that, the first time. */
  trustSystem(): Promise<void>;
  /** Closes idle connections. */
  close(): void;
}

/** Fresh connections go to the end of the line, so that a few warm ones do most of the work. */
const keepAlive: AgentOptions = { keepAlive: true, scheduling: 'lifo' };

export function createRoutes(env: System['env']): Routes {
  const agents = new Map<string, Agent>();
  let certificates: readonly string[] | undefined;

  const agentFor = async (key: string, create: () => Agent | Promise<Agent>): Promise<Agent> => {
    const agent = agents.get(key) ?? (await create());
    agents.set(key, agent);
    return agent;
  };
  const secureRoute = async (insecure: boolean, proxy: URL | undefined): Promise<Route> => {
    const https = await import('node:https');
    const options = {
      ...keepAlive,
      rejectUnauthorized: !insecure,
      ...(certificates === undefined ? {} : { ca: [...certificates] }),
    };
    const key = `https ${insecure} ${certificates !== undefined} ${proxy?.href ?? ''}`;
    const agent = await agentFor(key, () => (proxy === undefined ? new https.Agent(options) : tunnel(proxy, options)));
    return { start: https.request, agent, overrides: {}, headers: {} };
  };

  return {
    route: async (url, insecure) => {
      const proxy = proxyFor(url, env);
      if (url.protocol === 'https:') return secureRoute(insecure, proxy);
      const direct: Route = {
        start: request,
        agent: await agentFor('http', () => new Agent(keepAlive)),
        overrides: {},
        headers: {},
      };
      return proxy === undefined ? direct : forwarded(url, proxy, direct);
    },
    trustSystem: async () => {
      certificates ??= (await import('./certificates.ts')).trustedCertificates(env);
    },
    close: () => {
      for (const agent of agents.values())
        for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    },
  };
}

async function tunnel(proxy: URL, options: AgentOptions): Promise<SecureAgent> {
  return (await import('./proxy.ts')).createTunnelAgent(proxy, options);
}

/** Plain HTTP is not tunnelled: the proxy is asked for the whole URL (RFC 9112, 3.2.2 absolute-form). */
async function forwarded(url: URL, proxy: URL, direct: Route): Promise<Route> {
  const { proxyAuthorization } = await import('./proxy.ts');
  const overrides = { host: proxy.hostname, hostname: proxy.hostname, port: proxy.port || 80, path: url.href };
  if (proxy.protocol === 'http:')
    return { ...direct, overrides, headers: { host: url.host, ...proxyAuthorization(proxy) } };
  const https = await import('node:https');
  return {
    start: https.request,
    agent: https.globalAgent,
    overrides: { ...overrides, protocol: 'https:', port: proxy.port || 443 },
    headers: { host: url.host, ...proxyAuthorization(proxy) },
  };
}
