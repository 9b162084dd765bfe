import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { Agent, type AgentOptions, request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

/** The header that tells a proxy who asks; empty without a user name in the proxy's URL. */
export function proxyAuthorization(proxy: URL): OutgoingHttpHeaders {
  if (proxy.username === '') return {};
  const secret = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(secret).toString('base64')}` };
}

type Created = (error: Error | null, socket?: TLSSocket) => void;

/** An agent whose connections are TLS sessions inside tunnels (CONNECT) through the proxy. They are kept alive like any other. */
export function createTunnelAgent(proxy: URL, options: AgentOptions): Agent {
  const createConnection = (
    target: ConnectionOptions & { readonly host: string; readonly port: number },
    created: Created,
  ): undefined => {
    openTunnel(proxy, target).then(
      (socket) => startTls(socket, target, created),
      (error: Error) => created(error),
    );
    return undefined;
  };
  return Object.assign(new Agent(options), { createConnection });
}

function openTunnel(proxy: URL, target: { readonly host: string; readonly port: number }): Promise<Socket> {
  const path = `${isIP(target.host) === 6 ? `[${target.host}]` : target.host}:${target.port}`;
  const start = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = { host: path, ...proxyAuthorization(proxy) };
  return new Promise((resolve, reject) => {
    const asking = start(`${proxy.protocol}//${proxy.host}`, { method: 'CONNECT', path, headers, agent: false });
    asking.once('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket as Socket);
      socket.destroy();
      reject(refused(proxy, response.statusCode ?? 0));
    });
    asking.once('response', (response) => reject(refused(proxy, response.statusCode ?? 0)));
    asking.once('error', reject);
    asking.end();
  });
}

/** The code is one of `http-errors.ts`, which makes the sentence. */
function refused(proxy: URL, status: number): Error {
  const code = status === 407 ? 'PROXY_LOGIN' : 'PROXY_REFUSED';
  return Object.assign(new Error(`the proxy ${proxy.host} answered ${status}`), { code });
}

function startTls(socket: Socket, target: ConnectionOptions & { readonly host: string }, created: Created): void {
  const secure = connect({ ...target, socket, servername: isIP(target.host) === 0 ? target.host : '' });
  secure.once('secureConnect', () => {
    secure.removeListener('error', created);
    created(null, secure);
  });
  secure.once('error', created);
}
