use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What becomes of what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fair,
    /// Connections are cut, and new ones at once.
    Cut,
    /// Connections stay, and nothing arrives until it is fair again.
    Silent,
}

/// Stands between an instance and its database.
pub(super) struct Proxy {
    pub(super) addr: SocketAddr,
    weather: watch::Sender<Weather>,
}

impl Proxy {
    pub(super) async fn before(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let addr = listener.local_addr().unwrap();
        let weather = watch::Sender::new(Weather::Fair);
        tokio::spawn(serve(listener, port, weather.subscribe()));
        Self { addr, weather }
    }

    pub(super) fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

async fn serve(listener: TcpListener, port: u16, weather: watch::Receiver<Weather>) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        tokio::spawn(carry(client, port, weather.clone()));
    }
}

async fn carry(mut client: TcpStream, port: u16, mut weather: watch::Receiver<Weather>) {
    let (there, back) = (weather.clone(), weather.clone());
    let carrying = async {
        let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await else { return };
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        tokio::select! {
            () = pump(from_client, to_server, there) => {}
            () = pump(from_server, to_client, back) => {}
        }
    };
    tokio::select! {
        () = carrying => {}
        _ = weather.wait_for(|weather| *weather == Weather::Cut) => {}
    }
}

async fn pump(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, mut weather: watch::Receiver<Weather>) {
    let mut piece = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        let _ = weather.wait_for(|weather| *weather != Weather::Silent).await;
        if to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
}
