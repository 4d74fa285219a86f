//! A wire to PostgreSQL that can be cut where it hurts: after a commit, before its answer.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use postgres::config::{Config, Host};

use crate::db::DatabaseUrl;

/// A wire to the server of a database URL.
#[derive(Debug, Clone)]
pub struct Wire {
    cuts_commit: Arc<AtomicBool>,
}

impl Wire {
    /// Lays a wire and gives the URL that leads through it, or `None` when the server is not
    /// reached by TCP.
    pub(super) fn lay(url: &DatabaseUrl) -> Option<(Self, DatabaseUrl)> {
        let DatabaseUrl::Postgres(text) = url else { return None };
        let config: Config = text.parse().expect("the URL is one of libpq");
        let [Host::Tcp(host)] = config.get_hosts() else { return None };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let server = (host.clone(), port);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of the loopback is free");
        let here = listener.local_addr().expect("a listener has an address");
        let wire = Self { cuts_commit: Arc::default() };
        let through = wire.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect((server.0.as_str(), server.1));
                through
                    .join(client, server.expect("the server answers"))
                    .expect("it can be cloned");
            }
        });
        let user = config.get_user().unwrap_or("postgres");
        let password = config
            .get_password()
            .map_or_else(String::new, |password| format!(":{}", String::from_utf8_lossy(password)));
        let (database, options) = (config.get_dbname().unwrap_or(user), config.get_options());
        let options = options.unwrap_or_default().replace(' ', "%20").replace('=', "%3D");
        let url = format!(
            "postgres://{user}{password}@{here}/{database}?sslmode=disable&options={options}"
        );
        Some((wire, url.parse().expect("it is a database URL")))
    }

    /// The answer to the next commit is lost, and its connection with it.
    pub fn cut_next_commit(&self) {
        self.cuts_commit.store(true, Ordering::SeqCst);
    }

    fn join(&self, client: TcpStream, server: TcpStream) -> io::Result<()> {
        let is_cut = Arc::new(AtomicBool::new(false));
        let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
        let (cuts_commit, cut) = (self.cuts_commit.clone(), is_cut.clone());
        std::thread::spawn(move || {
            pump(&mut from_client, &mut to_server, |sent| {
                let is_commit = sent.windows(7).any(|window| window == b"commit\0");
                if is_commit && cuts_commit.swap(false, Ordering::SeqCst) {
                    cut.store(true, Ordering::SeqCst);
                }
                true
            });
        });
        let (mut from_server, mut to_client) = (server, client);
        std::thread::spawn(move || {
            pump(&mut from_server, &mut to_client, |_| !is_cut.load(Ordering::SeqCst));
        });
        Ok(())
    }
}

/// Passes on what comes, as long as `may_pass`; then hangs up on both sides.
fn pump(from: &mut TcpStream, to: &mut TcpStream, may_pass: impl Fn(&[u8]) -> bool) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if !may_pass(&buffer[..count]) || to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    // The other side may have hung up already.
    drop((from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both)));
}
