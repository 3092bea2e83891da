//! The bridge to a CGI program (RFC 3875): a request's body streams in, a response streams out, and nothing is kept.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

const HEAD_LIMIT: u64 = 16 * 1024;
const HEAD_DEADLINE: Duration = Duration::from_secs(30);
const CHUNK: usize = 32 * 1024;
/// How long a client may be silent in the middle of its request.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the program may say of its response; hop-by-hop fields are not its business.
const FIELDS: [HeaderName; 4] = [header::CACHE_CONTROL, header::CONTENT_TYPE, header::EXPIRES, header::PRAGMA];

/// Runs a program on the body of a request, and gives its response as soon as the head is there.
///
/// The program lives as long as the response: when the client hangs up it is killed. Only then is its place free.
pub(crate) async fn run(mut program: Command, body: Body, place: OwnedSemaphorePermit) -> io::Result<Response> {
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = program.spawn()?;
    let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        unreachable!("all three are piped");
    };
    let (held, dropped) = oneshot::channel();
    tokio::spawn(keep(child, dropped));
    let mut pumps = JoinSet::new();
    pumps.spawn(feed(body, stdin));
    pumps.spawn(log(stderr));

    let mut output = Output { stdout: BufReader::new(stdout), _pumps: pumps, _held: held, _place: place };
    let mut response = timeout(HEAD_DEADLINE, read_head(&mut output.stdout)).await??;
    *response.body_mut() = Body::from_stream(stream::try_unfold(output, Output::next));
    Ok(response)
}

/// A program that is still talking. Dropped, its pumps stop and it is killed.
struct Output {
    stdout: BufReader<ChildStdout>,
    _pumps: JoinSet<()>,
    _held: oneshot::Sender<()>,
    _place: OwnedSemaphorePermit,
}

impl Output {
    async fn next(mut self) -> io::Result<Option<(Bytes, Self)>> {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let length = self.stdout.read_buf(&mut chunk).await?;
        Ok((length > 0).then(|| (chunk.freeze(), self)))
    }
}

/// Waits for the end of a program, and brings it about when its output has been dropped. The status is for the log: it
/// comes too late for the response, whose end git knows by its own protocol.
async fn keep(mut child: Child, dropped: oneshot::Receiver<()>) {
    tokio::select! { biased; _ = child.wait() => {}, _ = dropped => drop(child.start_kill()) }
    // Also the killed must be waited for, or a zombie is left.
    let status = child.wait().await;
    tracing::debug!(?status, "a CGI program ended");
}

/// A body that breaks off or falls silent ends the input early, which git notices: a push it has not read to its end changes nothing.
async fn feed(body: Body, mut stdin: ChildStdin) {
    let mut body = body.into_data_stream();
    while let Ok(Some(Ok(chunk))) = timeout(PATIENCE, body.next()).await {
        if stdin.write_all(&chunk).await.is_err() {
            return;
        }
    }
}

async fn log(stderr: ChildStderr) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        // Whoever sends nonsense causes it.
        tracing::debug!(line, "a CGI program complains");
    }
}

/// Reads fields up to the empty line (RFC 3875, section 6.3). Without `Status` it is 200.
async fn read_head(stdout: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Response> {
    let mut lines = stdout.take(HEAD_LIMIT);
    let mut response = Response::default();
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).await?;
        let line = line.strip_suffix('\n').ok_or_else(|| io::Error::other("the head has no end"))?.trim_end();
        if line.is_empty() {
            return Ok(response);
        }
        read_field(line, &mut response).ok_or_else(|| io::Error::other("a field of the head is malformed"))?;
    }
}

fn read_field(line: &str, response: &mut Response) -> Option<()> {
    let (name, value) = line.split_once(':')?;
    let (name, value) = (HeaderName::from_bytes(name.as_bytes()).ok()?, value.trim());
    if name == "status" {
        *response.status_mut() = StatusCode::from_bytes(value.get(..3)?.as_bytes()).ok()?;
    } else if FIELDS.contains(&name) {
        response.headers_mut().insert(name, HeaderValue::from_str(value).ok()?);
    }
    Some(())
}
