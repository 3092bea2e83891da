//! What the operating system says of this process.

use std::fs;

/// Bytes of this process that are in memory; 0 where that cannot be told.
pub(crate) fn resident() -> u64 {
    of_status("VmRSS:")
}

/// The most that it ever were.
pub(crate) fn peak() -> u64 {
    of_status("VmHWM:")
}

fn of_status(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default();
    let kibibytes: u64 = line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default();
    kibibytes * 1024
}

/// Nanoseconds that the threads of this process have spent on a processor; 0 where that cannot be told.
pub(crate) fn on_cpu() -> u64 {
    let Ok(threads) = fs::read_dir("/proc/self/task") else {
        return 0;
    };
    let spent = |path| fs::read_to_string(path).ok()?.split_whitespace().next()?.parse::<u64>().ok();
    threads.flatten().filter_map(|thread| spent(thread.path().join("schedstat"))).sum()
}

/// The processor, as it names itself.
pub(crate) fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| "an unknown processor".to_owned(), |(_, name)| name.to_owned())
}
