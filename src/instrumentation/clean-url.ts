/** Query parameters whose values are secrets by their usual names. */
const SECRET_PARAMETERS =
  /^(access_?token|id_?token|refresh_?token|token|auth|authorization|api_?key|key|password|passwd|pwd|secret|client_secret|session|sessionid|sid|jwt|code|signature|sig|x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|awsaccesskeyid)$/i;

/** The URL as it is recorded: without credentials, and without the values of parameters that carry secrets. */
export function cleanUrl(url: URL): string {
  const secret = [...url.searchParams.keys()].filter((name) => SECRET_PARAMETERS.test(name));
  if (!url.username && !url.password && secret.length === 0) return url.href;
  const clean = new URL(url.href);
  clean.username = '';
  clean.password = '';
  for (const name of secret) clean.searchParams.set(name, 'REDACTED');
  return clean.href;
}
