// A provider whose tokens have the fault that the code asks for: base64url of `{nonce, fault}`.
import { createServer } from 'node:http';
import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose';

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const published = await generateKeyPair('RS256');
const other = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(published.publicKey)), kid: 'one', use: 'sig', alg: 'RS256' };

const configuration = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
};

async function idToken({ nonce, fault }) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: 'liar', email: 'liar@example.com', email_verified: true, nonce };
  if (fault === 'nonce') claims.nonce = 'another';
  if (fault === 'no nonce') delete claims.nonce;
  const Token = fault === 'unsigned' ? UnsecuredJWT : SignJWT;
  const token = new Token(claims)
    .setIssuer(fault === 'issuer' ? 'https://elsewhere.example' : issuer)
    .setAudience(fault === 'audience' ? 'somebody else' : 'heliograph')
    .setIssuedAt(fault === 'expired' ? now - 7200 : now)
    .setExpirationTime(fault === 'expired' ? now - 3600 : now + 300);
  if (fault === 'unsigned') return token.encode();
  if (fault === 'secret') {
    // The published key as if it were a shared secret.
    const secret = new TextEncoder().encode(JSON.stringify(jwk));
    return token.setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret);
  }
  const key = fault === 'signature' ? other.privateKey : published.privateKey;
  return token.setProtectedHeader({ alg: 'RS256', kid: fault === 'key' ? 'two' : 'one' }).sign(key);
}

async function answer(request, body) {
  if (request.url === '/.well-known/openid-configuration') return configuration;
  if (request.url === '/jwks') return { keys: [jwk] };
  const wish = JSON.parse(Buffer.from(new URLSearchParams(body).get('code'), 'base64url'));
  const token = { access_token: 'x', token_type: 'Bearer', expires_in: 300 };
  return wish.fault === 'no token' ? token : { ...token, id_token: await idToken(wish) };
}

createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(await answer(request, body)));
}).listen(port, '127.0.0.1', () => console.log('ready'));
