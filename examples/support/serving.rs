//! How an example starts, says what is wrong, and stops.

use std::env;
use std::error::Error;
use std::future::IntoFuture;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

/// What the process ends with; says why it ends, down to the first cause.
pub(crate) fn report(ended: Result<(), Box<dyn Error>>) -> ExitCode {
    let Err(error) = ended else {
        return ExitCode::SUCCESS;
    };
    eprintln!("error: {error}");
    let mut cause = error.source();
    while let Some(source) = cause {
        eprintln!("  because: {source}");
        cause = source.source();
    }
    ExitCode::FAILURE
}

/// Logs what `RUST_LOG` asks for, `info` by default.
pub(crate) fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// Listens where `LISTEN` says, else here.
pub(crate) async fn listen(default: &str) -> Result<TcpListener, Box<dyn Error>> {
    let listen = env::var("LISTEN").unwrap_or_else(|_| default.to_owned());
    let listener = TcpListener::bind(&listen).await;
    listener.map_err(|error| format!("cannot listen on {listen:?} (set LISTEN=host:port): {error}").into())
}

/// Becomes true on SIGINT or SIGTERM.
pub(crate) fn stop_signal() -> Result<watch::Receiver<bool>, Box<dyn Error>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let (stop, stopping) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        let _ = stop.send(true);
    });
    Ok(stopping)
}

/// Serves until it is to stop, then gives requests under way ten seconds. A second signal does not shorten them.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    stopping: watch::Receiver<bool>,
) -> Result<(), Box<dyn Error>> {
    let stopped = |mut stopping: watch::Receiver<bool>| async move {
        let _ = stopping.wait_for(|&stop| stop).await;
    };
    // So that it is known from where a token is used.
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, app).with_graceful_shutdown(stopped(stopping.clone())).into_future();
    let out_of_patience = async {
        stopped(stopping).await;
        tokio::time::sleep(Duration::from_secs(10)).await;
    };
    tokio::select! { served = serving => served?, () = out_of_patience => {} }
    Ok(())
}
