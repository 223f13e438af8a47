export interface Product {
  id: number;
  name: string;
  category: string;
  origin: string;
  notes: string;
  priceCents: number;
}

export interface CartItem {
  productId: number;
  name: string;
  category: string;
  quantity: number;
  priceCents: number;
}

export interface Cart {
  cartId: string;
  items: CartItem[];
  totalCents: number;
}

/** The shop answered, and the answer was no. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What every answer carries: the id of the trace as the server saw it, null where the request had no traceparent. */
export interface Traced {
  traceId: string | null;
}

interface RequestOptions {
  method?: string;
  body?: object;
  signal?: AbortSignal;
}

/** Asks the shop's API and answers its JSON. Throws an ApiError where the answer is not 2xx. */
export async function api<T>(path: string, options: RequestOptions = {}): Promise<T & Traced> {
  const { method = 'GET', body, signal } = options;
  const init: RequestInit = { method };
  if (signal) init.signal = signal;
  if (body) {
    init.body = JSON.stringify(body);
    init.headers = { 'content-type': 'application/json' };
  }
  const response = await fetch(`/api${path}`, init);
  if (!response.ok) throw await toError(response);
  return (await response.json()) as T & Traced;
}

async function toError(response: Response): Promise<ApiError> {
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    return new ApiError(response.status, error.code, error.message);
  } catch {
    return new ApiError(response.status, 'unreadable', `The shop answered ${response.status}.`);
  }
}
