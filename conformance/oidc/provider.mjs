// An OpenID Connect provider with pages to log in and to consent. Whoever logs in is whom they say:
// `somebody|address|verified`.
import Provider from 'oidc-provider';

const [port, redirectUri] = process.argv.slice(2);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'heliograph',
      client_secret: 'a secret of the tests',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  claims: { email: ['email', 'email_verified'], profile: ['given_name', 'family_name'] },
  findAccount: (_, id) => {
    const [, email, verified] = id.split('|');
    const address = email ? { email, email_verified: verified === 'verified' } : {};
    return { accountId: id, claims: () => ({ sub: id, given_name: 'Kim', family_name: 'Doe', ...address }) };
  },
  cookies: { keys: ['a secret of the tests'] },
});

provider.listen(port, '127.0.0.1', () => console.log('ready'));
