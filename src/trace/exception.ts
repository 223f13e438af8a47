import { toAttributeValue } from './attribute-value.js';

/** The first position in a stack: `    at load (https://shop/app.js:10:5)`, or `load@https://shop/app.js:10:5`. */
const POSITION = /(?:\n\s*at .*?\(?|@)(\S+?):(\d+):(\d+)\)?(?:\n|$)/;

/** By OpenTelemetry's conventions for exceptions and for source code. */
export function describeException(error: unknown): Record<string, unknown> {
  try {
    if (typeof error === 'object' && error !== null && 'message' in error) {
      const { name, message, stack } = error as Partial<Error>;
      const described = {
        'exception.type': String(name || error.constructor?.name || 'Error'),
        'exception.message': String(message),
      };
      if (!stack) return described;
      const [, file, line, column] = POSITION.exec(String(stack)) ?? [];
      return {
        ...described,
        'exception.stacktrace': String(stack),
        ...(file && { 'code.file.path': file, 'code.line.number': Number(line), 'code.column.number': Number(column) }),
      };
    }
  } catch {
    // A getter of the error threw.
  }
  return { 'exception.type': typeof error, 'exception.message': String(toAttributeValue(error)) };
}
