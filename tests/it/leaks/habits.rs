use std::fs;
use std::path::{Path, PathBuf};

/// What goes round the watch, and the files that have a reason to: pure values, which say nothing to anybody; services
/// that give an error and no response, or a token that was just made; the watch itself and its tests.
const ROUND_THE_WATCH: &[(&str, &[&str])] = &[
    (".generate(", &["token.rs", "leaks/forms.rs", "leaks/planted.rs", "leaks/written.rs", "support/leak/secrets.rs"]),
    (".oneshot(", &["layer.rs", "support/leak/response.rs", "web/page/site.rs", "web/site.rs"]),
    ("set_global_default(", &["support/leak/watch.rs"]),
];

#[test]
fn tests_make_tokens_and_send_requests_where_the_watch_sees_it() {
    let root = Path::new("tests/it");
    for file in files(root) {
        let name = file.strip_prefix(root).unwrap().to_str().unwrap();
        let source = fs::read_to_string(&file).unwrap();
        for (word, may) in ROUND_THE_WATCH {
            let goes_round = source.contains(word) && name != "leaks/habits.rs";
            assert_eq!(goes_round, may.contains(&name), "`{word}` in {name}: use `support::token` and `support::send`");
        }
        let keeps = source.contains("leak::keep(") || source.contains("use super::bench::") && source.contains("kept");
        let makes = source.contains("manager.create(");
        assert!(keeps || !makes, "{name} makes a token and does not `leak::keep` it");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let below = folders.iter().flat_map(|folder| self::files(folder));
    files.into_iter().filter(|file| file.extension().is_some_and(|end| end == "rs")).chain(below).collect()
}
