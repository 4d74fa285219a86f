//! Runs the server until it is told to stop.

use std::time::Duration;

use anyhow::Context as _;
use api::{Api, Signer};
use app::SignIn;
use oidc::Provider;
use store::db::DatabaseUrl;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::claim::claim;
use crate::connections::{self, Patience};
use crate::open::{self, Library};
use crate::secrets::URL_KEY;
use crate::settings::{Role, Settings};

/// How long running requests and running work may take once the server is to stop.
const FAREWELL: Duration = Duration::from_secs(30);

/// Serves, works, or both, until SIGTERM or SIGINT.
pub(crate) async fn serve(settings: Settings) -> anyhow::Result<()> {
    for name in &settings.strange {
        tracing::warn!("{name} is no setting, and is ignored");
    }
    let database: DatabaseUrl =
        settings.database_url.parse().context("read the setting database_url")?;
    let claim = claim(&database, settings.role)?;
    // Before anything is made: a wrong address should leave nothing behind.
    let listener = match settings.role {
        Role::Worker => None,
        Role::All | Role::Api => Some(listen(&settings.listen).await?),
    };
    let health = match &settings.metrics_listen {
        None => None,
        Some(address) => Some(listen(address).await?),
    };
    let library = {
        let settings = settings.clone();
        tokio::task::spawn_blocking(move || open::library(&settings)).await??
    };
    library.app.recognise().await?;
    open::first_start(&library).await?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(until_told(stop));
    let works = settings.role != Role::Api;
    if works && claim.is_exclusive() {
        library.app.take_over().await.context("take over the tasks of the last run")?;
    }
    library.app.describe_decoders().await;
    let worker = works.then(|| {
        let (app, hands) = (library.app.clone(), settings.workers);
        tokio::spawn(app::worker::run(app, hands, changed(stopped.clone())))
    });
    // One farewell for both, whatever is still running.
    let farewell = tokio::spawn(late(stopped.clone()));
    let public_url = public_url(&settings, listener.as_ref())?;
    let api = api(&settings, &library, public_url.clone())?;
    if let Some(health) = health {
        tracing::info!("/healthz, /readyz and /metrics are also at {}", health.local_addr()?);
        let (router, stopped) = (api::vitals(&api), changed(stopped.clone()));
        tokio::spawn(connections::serve(health, router, Patience::default(), stopped));
    }
    if let Some(listener) = listener {
        answer(&api, &public_url, listener, stopped.clone()).await?;
    }
    changed(stopped).await;
    if let Some(worker) = worker {
        tokio::select! {
            _ = worker => {}
            _ = farewell => tracing::warn!("some work is not finished; it will be taken up again"),
        }
    }
    library.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn listen(address: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("listen on {address}"))
}

/// Where clients reach the server; a process that answers nobody needs no such place.
fn public_url(settings: &Settings, listener: Option<&TcpListener>) -> anyhow::Result<String> {
    Ok(match (&settings.public_url, listener) {
        (Some(url), _) => url.clone(),
        (None, Some(listener)) => format!("http://{}", listener.local_addr()?),
        (None, None) => "http://localhost".to_owned(),
    })
}

fn api(settings: &Settings, library: &Library, public_url: String) -> anyhow::Result<Api> {
    let signer = Signer::new(public_url, &[library.secrets.key(URL_KEY)?]);
    let provider = settings.provider.clone().map(Provider::new).transpose();
    let provider = provider.context("use the identity provider")?;
    let sign_in = SignIn::new(library.app.clone(), settings.redirect_uris.clone(), provider);
    let api =
        Api::new(library.app.clone(), signer).entered_by(sign_in).open_to(settings.origins.clone());
    Ok(match settings.rate_limit {
        Some(limit) => api.at_most(limit),
        None => api,
    })
}

async fn answer(
    api: &Api,
    public_url: &str,
    listener: TcpListener,
    stopped: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let (address, router) = (listener.local_addr()?, api::router(api, public_url));
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
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        // Without signal handlers the process still ends the hard way.
        return std::future::pending().await;
    };
    let mut told = async || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    told().await;
    tracing::info!("stopping: finishing what is running; a second signal ends at once");
    let _ = stop.send(true);
    told().await;
    // As safe as a power cut, which loses nothing that was answered.
    std::process::exit(1);
}
