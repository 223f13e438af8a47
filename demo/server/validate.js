import { HttpError } from './http.js';

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

/** A whole number between two bounds, given as a number or as decimal digits; `fallback` where it is missing. */
export function integer(value, name, { min, max, fallback }) {
  if ((value === undefined || value === null) && fallback !== undefined) return fallback;
  const number = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
  if (!Number.isInteger(number) || number < min || number > max) {
    throw invalid(`${name} must be a whole number from ${min} to ${max}.`);
  }
  return number;
}

export function id(value, name) {
  return integer(value, name, { min: 1, max: 2_147_483_647 });
}

export function uuid(value, name) {
  if (typeof value !== 'string' || !UUID.test(value)) throw invalid(`${name} must be a UUID.`);
  return value;
}

export function text(value, name, { max }) {
  if (typeof value !== 'string' || value.trim() === '') throw invalid(`${name} must not be empty.`);
  if (value.length > max) throw invalid(`${name} may have ${max} characters.`);
  return value.trim();
}

export function oneOf(value, name, choices) {
  if (!choices.includes(value)) throw invalid(`${name} must be one of ${choices.join(', ')}.`);
  return value;
}

function invalid(message) {
  return new HttpError(400, 'invalid', message);
}
