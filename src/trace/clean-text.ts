import { attempt } from './attempt.js';
import { toText } from './attribute-value.js';

/** Query parameters whose values are secrets by their usual names. */
const SECRET_PARAMETERS =
  'access_?token|id_?token|refresh_?token|token|auth|authorization|api_?key|key|password|passwd|pwd|secret|client_secret|session|session_?id|sid|jwt|code|signature|sig|x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|awsaccesskeyid';

/** The usual names and further ones, for {@link cleanText}; alone, or as a part of `user[password]`. */
export function secretParameters(further: readonly string[] = []): RegExp {
  const names = further.map((name) => `|${toText(name).replace(/[^\w-]/g, '\\$&')}`).join('');
  return new RegExp(`(^|\\[)(${SECRET_PARAMETERS}${names})($|[\\]\\[])`, 'i');
}

/** `user:password@` before a host. The last @ ends it; parsers take the ones before as a part of the password. */
const CREDENTIALS = /\/\/[^\s/?#"'<>@][^\s/?#"'<>]*@/g;

/** A parameter of a query or of a fragment, as tokens come back from an authorization server. */
const PARAMETER = /([?&#;])([^\s=?&#;"'<>]+)=([^\s&#;"'<>]*)/g;

/**
 * A text as it is recorded: the URLs in it, relative ones too, lose credentials and the values of secret parameters,
 * also those of a URL that is itself the value of a parameter.
 */
export function cleanText(text: string, secrets: RegExp): string {
  if (!/[=@]/.test(text)) return text;
  return text.replace(CREDENTIALS, '//').replace(PARAMETER, (all, sign: string, name: string, value: string) => {
    // In a stack the position stands behind the URL.
    if (secrets.test(decode(name))) return `${sign}${name}=REDACTED${/(:\d+:\d+)?\)*$/.exec(value)?.[0] ?? ''}`;
    const plain = decode(value);
    const clean = cleanText(plain, secrets);
    if (clean === plain) return all;
    return `${sign}${name}=${plain === value ? clean : encodeURIComponent(clean)}`;
  });
}

function decode(text: string): string {
  return attempt(
    () => decodeURIComponent(text),
    () => text,
  );
}
