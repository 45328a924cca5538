/** SharedWorker: every tab of this browser shares one live connection. */

import { createHub, type HubRequest } from "./live-hub";

const hub = createHub();

(self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = (event) => {
  const port = event.ports[0];
  if (!port) return;
  const listener = { send: (message: unknown) => port.postMessage(message) };
  port.onmessage = (message: MessageEvent<HubRequest>) => hub.receive(listener, message.data);
};

setInterval(() => hub.sweep(), 30_000);
