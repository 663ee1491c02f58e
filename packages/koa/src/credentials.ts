/** The request target, with `***` for the credentials that an absolute one may hold (`GET http://user:password@host/`). */
export function maskCredentials(url: string): string {
  return url.startsWith('/') ? url : url.replace(/^([a-z][a-z\d+.-]*:[/\\]*)[^/\\?#]*@/i, '$1***@')
}
