use std::env;
use std::error::Error;
use std::path::PathBuf;

/// How many rounds are run unless something else is asked for.
const ROUNDS: usize = 31;
/// … and with the long sections.
const ROUNDS_IN_FULL: usize = 201;

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Args {
    /// Also the sections that take minutes.
    pub(crate) full: bool,
    /// Nothing but the stores, with a million records.
    pub(crate) stores: bool,
    pub(crate) rounds: usize,
    pub(crate) json: Option<PathBuf>,
    pub(crate) svg: Option<PathBuf>,
    /// Nothing but so many cached verifications, to be counted from outside.
    pub(crate) hit_path: Option<u32>,
    /// Nothing but this long section, as data for the process that asked for it.
    pub(crate) section: Option<String>,
}

impl Args {
    pub(crate) fn read() -> Result<Self, Box<dyn Error>> {
        let mut rounds = env::var("TOWER_PAT_BENCH_ROUNDS").ok().map(|rounds| rounds.parse()).transpose()?;
        let mut read =
            Self { full: false, stores: false, rounds: ROUNDS, json: None, svg: None, hit_path: None, section: None };
        let mut args = env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} wants a value"));
            match arg.as_str() {
                "--full" => read.full = true,
                "--stores" => read.stores = true,
                "--rounds" => rounds = Some(value()?.parse()?),
                "--json" => read.json = Some(value()?.into()),
                "--svg" => read.svg = Some(value()?.into()),
                "--hit-path" => read.hit_path = Some(value()?.parse()?),
                "--section" => read.section = Some(value()?),
                _ => {
                    return Err(
                        "usage: tower-pat-bench [--full | --stores] [--rounds N] [--json FILE] [--svg FILE]".into()
                    );
                }
            }
        }
        read.rounds = rounds.unwrap_or(if read.full { ROUNDS_IN_FULL } else { ROUNDS }).max(1);
        Ok(read)
    }
}
