import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Starts the shop's API and the payment service behind it, each in a process of its own, on free ports of this machine.
 *
 * @param {{ endpoint?: string }} [options] `endpoint`: where they send their spans; without it they make none
 * @returns {Promise<{ port: number, stop: () => Promise<void>, exited: Promise<number | null> }>} `exited`: one of them has
 */
export async function startApi({ endpoint } = {}) {
  const telemetry = endpoint ? { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } : {};
  const payment = await startService('payment', telemetry);
  const paymentUrl = `http://127.0.0.1:${payment.port}`;
  const api = await startService('main', { ...telemetry, PAYMENT_URL: paymentUrl }).catch(async (error) => {
    await payment.stop();
    throw error;
  });
  return {
    port: api.port,
    exited: Promise.race([api.exited, payment.exited]),
    stop: async () => {
      await Promise.all([api.stop(), payment.stop()]);
    },
  };
}

async function startService(name, variables) {
  const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const { OTEL_EXPORTER_OTLP_ENDPOINT: _, ...env } = process.env;
  const child = fork(file, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...env, PORT: '0', ...variables },
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const port = await new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message.port));
    child.once('error', reject);
    exited.then((code) =>
      reject(new Error(`The shop's service "${name}" ended with code ${code} before it was ready.`)),
    );
  });
  const stop = async () => {
    child.kill();
    await exited;
  };
  return { port, stop, exited };
}
