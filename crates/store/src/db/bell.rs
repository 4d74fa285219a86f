//! Telling other processes on the same PostgreSQL database that there is work: LISTEN and NOTIFY.

use std::sync::Weak;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use postgres::Client;
use postgres::fallible_iterator::FallibleIterator as _;

use super::on_postgres::connect;
use super::{Error, Result};

/// Who rings more often is heard once. A notification holds up the commits of all others for a
/// moment, so it is neither part of a transaction nor sent for each of them.
const QUIET: Duration = Duration::from_millis(20);
/// How long a connection that was lost is left alone; also how soon a listener ends that nobody
/// needs any more.
const PAUSE: Duration = Duration::from_secs(1);

/// Rings in all processes that listen. Dropping it ends its thread.
pub(super) struct Bell {
    rope: Sender<()>,
    url: String,
}

impl Bell {
    pub(super) fn hang(url: &str) -> Result<Self> {
        let (rope, pulled) = bounded(1);
        let to = url.to_owned();
        spawn("db-bell", move || ring_on(&to, &pulled))?;
        Ok(Self { rope, url: url.to_owned() })
    }

    /// Rings, soon. A ring that is lost with its connection is not repeated: listeners look for
    /// work by themselves from time to time.
    pub(super) fn ring(&self) {
        // A full rope is one that is about to be pulled.
        _ = self.rope.try_send(());
    }

    /// Calls `hear` at each ring, and whenever some may have been missed, as long as there is a
    /// `listener`.
    pub(super) fn on_ring<T: Send + Sync + 'static>(
        &self,
        listener: Weak<T>,
        hear: fn(&T),
    ) -> Result<()> {
        let url = self.url.clone();
        spawn("db-listen", move || {
            while listener.strong_count() > 0 {
                match listen(&url, &listener, hear) {
                    Ok(()) => return,
                    Err(_) => std::thread::sleep(PAUSE),
                }
            }
        })
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    thread.spawn(work).map(drop).map_err(Error::driver)
}

fn ring_on(url: &str, pulled: &Receiver<()>) {
    let mut client = None;
    for () in pulled {
        if ring_once(url, &mut client).is_err() {
            client = None;
        }
        std::thread::sleep(QUIET);
    }
}

fn ring_once(url: &str, client: &mut Option<Client>) -> Result<()> {
    let client = match client {
        Some(client) => client,
        None => client.insert(connect(url)?),
    };
    // The name of the schema: libraries may share a database.
    Ok(client.batch_execute("select pg_notify('heliograph_' || current_schema(), '')")?)
}

/// Returns when nobody hears any more.
fn listen<T>(url: &str, listener: &Weak<T>, hear: fn(&T)) -> Result<()> {
    let mut client = connect(url)?;
    let schema: String = client.query_one("select current_schema()", &[])?.try_get(0)?;
    client.batch_execute(&format!("listen \"heliograph_{}\"", schema.replace('"', "\"\"")))?;
    // Whatever rang before.
    let mut has_rung = true;
    while let Some(listener) = listener.upgrade() {
        if has_rung {
            hear(&listener);
        } else {
            // A server that is gone is as silent as one that has nothing to say.
            client.is_valid(PAUSE)?;
        }
        drop(listener);
        has_rung = client.notifications().timeout_iter(PAUSE).next()?.is_some();
    }
    Ok(())
}
