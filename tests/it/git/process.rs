use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tower_pat::token::{Entropy, OsEntropy};

use super::host::Host;

#[test]
fn of_many_first_pushes_at_once_each_arrives() {
    let host = Host::start();
    let url = host.url_as(&format!("x:{}", host.alice), "alice/site.git");
    let clients: Vec<_> = (0..6).map(|number| (host.client(&number.to_string()), number)).collect();
    for (client, number) in &clients {
        client.work("work", format!("by {number}").as_bytes());
    }
    thread::scope(|scope| {
        for (client, number) in &clients {
            let branch = format!("HEAD:refs/heads/by-{number}");
            let url = &url;
            scope.spawn(move || client.git(&["-C", "work", "push", url, &branch]).succeeded());
        }
    });
    let branches = clients[0].0.git(&["ls-remote", "--heads", &url]).succeeded().stdout;
    assert_eq!(branches.lines().count(), clients.len(), "{branches}");
    assert_eq!(host.repositories(), ["alice/site.git"], "nothing is left aside");
}

#[test]
fn client_that_hangs_up_while_it_clones_leaves_no_process() {
    let host = Host::start();
    let client = host.client("client");
    let url = host.url_as(&format!("x:{}", host.alice), "alice/site.git");
    let mut noise = vec![0; 32 << 20];
    OsEntropy.fill(&mut noise).unwrap();
    client.work("work", &noise);
    client.push("work", &url).succeeded();

    // Nobody reads what git has to tell of the transfer: it stands still in the middle of the pack, which fits into no
    // buffer, so that the host cannot end before the client does.
    let mut clone = client.command("git");
    clone.args(["clone", &url, "clone"]).env("GIT_TRACE_CURL", "2").stderr(Stdio::piped());
    hang_up(&host, clone.spawn().unwrap(), &["git-http-backend", "upload-pack", "pack-objects"]);
    assert!(!client.path("clone/file").exists());
}

#[test]
fn push_that_breaks_off_leaves_no_process_and_changes_nothing() {
    let host = Host::start();
    let client = host.client("client");
    let user = format!("x:{}", host.alice);
    let url = host.url_as(&user, "alice/site.git");
    client.work("work", b"one");
    client.git(&["-C", "work", "push", &url, "HEAD:main", "HEAD:other"]).succeeded();
    let before = client.git(&["ls-remote", &url]).succeeded().stdout;

    let mut push = client.command("curl");
    push.args(["--silent", "--noproxy", "*", "--user", &user, "--request", "POST", "--upload-file", "-"]);
    push.args(["--header", "Content-Type: application/x-git-receive-pack-request", "--header", "Expect:"]);
    push.arg(host.url("alice/site.git/git-receive-pack"));
    let mut push = push.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    // It deletes a branch, but for the end of the list of commands.
    let deletion = format!("{} {} refs/heads/other\0 report-status", &before[..40], "0".repeat(40));
    let mut stdin = push.stdin.take().unwrap();
    write!(stdin, "{:04x}{deletion}", deletion.len() + 4).unwrap();
    stdin.flush().unwrap();
    hang_up(&host, push, &["git-http-backend", "receive-pack"]);
    assert_eq!(client.git(&["ls-remote", &url]).succeeded().stdout, before);
}

/// Waits until these programs run below the host, kills the client with all its children, and waits until they are gone.
fn hang_up(host: &Host, mut client: Child, programs: &[&str]) {
    let server = host.example.pid();
    let mut running = Vec::new();
    wait_until(|| {
        running = below(server);
        programs.iter().all(|program| running.iter().any(|(_, command)| command.contains(program)))
    });
    let kill = Command::new("sh").args(["-c", "kill -s KILL -- \"-$0\"", &client.id().to_string()]).status();
    assert!(kill.unwrap().success());
    client.wait().unwrap();
    // A grandchild that outlives its parent is no longer below the host, so each is looked for by itself.
    wait_until(|| below(server).is_empty() && !running.iter().any(|(pid, _)| is_alive(*pid)));
}

/// Real time passes: other processes are waited for, half a minute at most.
fn wait_until(mut condition: impl FnMut() -> bool) {
    for _ in 0..1_500 {
        if condition() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("it did not come to pass");
}

/// The processes below this one, zombies too, and their command lines.
fn below(ancestor: u32) -> Vec<(u32, String)> {
    let all = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    let parents: Vec<(u32, u32)> = all.filter_map(|pid| Some((pid, stat(pid)?.1))).collect();
    let (mut found, mut next) = (Vec::new(), vec![ancestor]);
    while let Some(parent) = next.pop() {
        let children = parents.iter().filter(|(_, found)| *found == parent).map(|(pid, _)| *pid);
        next.extend(children.clone());
        found.extend(children.map(|pid| (pid, command_line(pid))));
    }
    found
}

fn command_line(pid: u32) -> String {
    let line = fs::read(Path::new("/proc").join(pid.to_string()).join("cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).replace('\0', " ")
}

/// An orphan that nobody has buried is as good as gone.
fn is_alive(pid: u32) -> bool {
    stat(pid).is_some_and(|(state, _)| state != "Z")
}

/// State and parent of a process.
fn stat(pid: u32) -> Option<(String, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}
