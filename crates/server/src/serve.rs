//! Runs the server until it is told to stop.

use std::time::Duration;

use anyhow::Context as _;
use api::{Api, Signer};
use store::db::DatabaseUrl;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::claim::claim;
use crate::connections::{self, Patience};
use crate::open::{self, Library};
use crate::settings::{Role, Settings};

/// How long running requests may take once the server is to stop.
const FAREWELL: Duration = Duration::from_secs(30);

/// Serves, works, or both, until SIGTERM or SIGINT.
pub(crate) async fn serve(settings: Settings) -> anyhow::Result<()> {
    let database: DatabaseUrl =
        settings.database_url.parse().context("read the setting database_url")?;
    let _claim = claim(&database, settings.role)?;
    let library = {
        let settings = settings.clone();
        tokio::task::spawn_blocking(move || open::library(&settings)).await??
    };
    open::first_start(&library).await?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(until_told(stop));
    let works = settings.role != Role::Api;
    let worker = works.then(|| {
        let (app, hands) = (library.app.clone(), settings.workers);
        tokio::spawn(app::worker::run(app, hands, changed(stopped.clone())))
    });
    if settings.role != Role::Worker {
        answer(&settings, &library, stopped.clone()).await?;
    }
    changed(stopped).await;
    if let Some(worker) = worker
        && tokio::time::timeout(FAREWELL, worker).await.is_err()
    {
        tracing::warn!("some work is not finished; it will be taken up again");
    }
    library.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn answer(
    settings: &Settings,
    library: &Library,
    stopped: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let listener = TcpListener::bind(&settings.listen)
        .await
        .with_context(|| format!("listen on {}", settings.listen))?;
    let address = listener.local_addr()?;
    let public_url = settings.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let signer = Signer::new(public_url.clone(), &[library.secrets.key("url-key")?]);
    let mut api = Api::new(library.app.clone(), signer).open_to(settings.origins.clone());
    if let Some(limit) = settings.rate_limit {
        api = api.at_most(limit);
    }
    let router = api::router(&api, &public_url);
    tracing::info!(
        "listening on {address}; the API is at {public_url}, its reference at {public_url}/docs"
    );
    let patience = Patience::default();
    tokio::select! {
        () = connections::serve(listener, router, patience, changed(stopped.clone())) => {}
        () = late(stopped) => tracing::warn!("some requests are not finished; stopping all the same"),
    }
    Ok(())
}

/// Resolves some time after the server was told to stop.
async fn late(stopped: watch::Receiver<bool>) {
    changed(stopped).await;
    tokio::time::sleep(FAREWELL).await;
}

/// Resolves when the server is told to stop.
async fn changed(mut stopped: watch::Receiver<bool>) {
    // A sender that is gone means the same.
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn until_told(stop: watch::Sender<bool>) {
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        },
        // Without signal handlers the process still ends the hard way.
        _ => std::future::pending().await,
    }
    tracing::info!("stopping: finishing what is running");
    let _ = stop.send(true);
}
