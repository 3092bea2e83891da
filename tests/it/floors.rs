//! The floors of the house: a file imports from lower floors only, and what a floor must not know it does not name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};

const FLOORS: &[&[&str]] = &[
    &[
        "sync",
        "stripe",
        "class",
        "footprint",
        "sorted",
        "invalid",
        "instant",
        "clock",
        "telemetry",
        "token",
        "scope",
        "resource",
        "requirement",
    ],
    &["record", "principal", "denial"],
    &["resolver", "revocations", "feed", "observer"],
    &["store"],
    &["flight", "cache"],
    &["verifier", "policy", "manager", "usage", "expiry", "reuse"],
    &["credential", "caller", "client", "response"],
    &["layer", "extract", "guard"],
    &["routing"],
    &["web"],
    &["testing"],
];

/// A name that only some rooms may know.
const NAMED_BY: &[(&str, &[&str])] = &[
    ("moka", &["cache"]),
    ("papaya", &["cache"]),
    ("metrics", &["verifier", "usage"]),
    ("utoipa", &["routing", "web"]),
    ("askama", &["web"]),
    ("fluent_bundle", &["web"]),
    ("unic_langid", &["web"]),
    ("governor", &["web"]),
    ("tower_http", &["web"]),
    ("serde_path_to_error", &["web"]),
    ("sqlx", &["store"]),
    ("ipnet", &["record"]),
    ("nix", &["clock"]),
    ("http", &["credential", "caller", "client", "response", "layer", "extract", "guard", "routing", "web", "testing"]),
    ("axum", &["client", "response", "extract", "guard", "routing", "web", "testing"]),
    ("tower", &["layer", "guard", "routing", "web", "testing"]),
    // A macro of `testing` writes tests that run on it.
    ("tokio", &["feed", "verifier", "manager", "usage", "expiry", "reuse", "store", "web", "testing"]),
    ("loom", &["sync", "flight"]),
    ("stateright", &["flight"]),
    ("StatusCode", &["response", "web"]),
];

#[test]
fn imports_go_down() {
    let house = House::read(Path::new("src"));
    let wrong: Vec<_> = house.imports.iter().filter(|import| floor(&import.to) > floor(&import.from)).collect();
    assert!(wrong.is_empty(), "upward: {wrong:#?}");
}

#[test]
fn rooms_of_one_floor_import_without_circles() {
    let house = House::read(Path::new("src"));
    let mut open: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for import in house.imports.iter().filter(|import| import.from != import.to) {
        open.entry(&import.from).or_default().insert(&import.to);
    }
    // Whoever imports from nobody who is left is out of every circle.
    while let Some(free) = open.iter().find(|(_, to)| to.iter().all(|to| !open.contains_key(to))).map(|(&from, _)| from)
    {
        open.remove(free);
    }
    assert!(open.is_empty(), "in circles: {open:?}");
}

/// A service that only accepts tokens compiles without the manage wing, and one that only makes them needs no verifier.
#[test]
fn wings_do_not_import_each_other() {
    let house = House::read(Path::new("src"));
    let verify = [
        "flight",
        "cache",
        "verifier",
        "credential",
        "caller",
        "client",
        "response",
        "layer",
        "extract",
        "guard",
        "routing",
    ];
    let manage = ["store", "policy", "manager", "usage", "expiry", "reuse"];
    for (wing, other) in [(&verify[..], &manage[..]), (&manage, &verify)] {
        let of = |rooms: &[&str], room: &str| rooms.contains(&room);
        let wrong: Vec<_> =
            house.imports.iter().filter(|import| of(wing, &import.from) && of(other, &import.to)).collect();
        assert!(wrong.is_empty(), "across: {wrong:#?}");
    }
}

#[test]
fn floors_name_only_the_crates_they_may() {
    let house = House::read(Path::new("src"));
    for (name, rooms) in NAMED_BY {
        let wrong: Vec<_> =
            house.words.iter().filter(|(room, word)| word == name && !rooms.contains(&room.as_str())).collect();
        assert!(wrong.is_empty(), "{name} belongs to {rooms:?}: {wrong:?}");
    }
}

/// As `response` does for denials, one file says how the web wing answers.
#[test]
fn one_file_of_the_web_wing_chooses_status_codes() {
    let naming = |file: &PathBuf| fs::read_to_string(file).unwrap().contains("StatusCode");
    let naming: Vec<_> = files(Path::new("src/web")).into_iter().filter(naming).collect();
    assert_eq!(naming, [Path::new("src/web/status.rs")]);
}

#[test]
fn every_room_has_a_floor() {
    let known: BTreeSet<_> = FLOORS.iter().copied().flatten().copied().map(str::to_owned).collect();
    let house = House::read(Path::new("src"));
    assert_eq!(house.rooms.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// Each way to name a path that leads up is seen; if the reader went blind, so would the tests above.
#[test]
fn every_way_to_name_a_path_is_seen() {
    for upward in [
        "use crate::layer::PatAuthLayer;",
        "use crate::{clock::Clock, layer::{self, PatAuthLayer as Layer}};",
        "use super::super::layer::PatAuthLayer;",
        "use crate::PatAuthLayer;",
        "use crate::*;",
        "use crate as root;",
        "extern crate self as me;",
        "fn f(_: crate::layer::PatAuthLayer) {}",
        "fn f(_: super::super::layer::PatAuthLayer) {}",
        "fn f() { let _ = crate::layer::PatAuthLayer::new; }",
        "fn f<T: crate::layer::Marker>() {}",
        "fn f() { println!(\"{}\", crate::layer::NAME); }",
        "macro_rules! m { () => { $crate::layer::NAME }; }",
        "mod inner { use super::super::super::layer::PatAuthLayer; }",
        "pub(in crate::layer) fn f() {}",
        "#[derive(crate::layer::Macro)] struct S;",
        "#[path = \"../layer/pat.rs\"] mod stolen;",
        "#[cfg_attr(all(), path = \"../layer/pat.rs\")] mod stolen;",
        "include!(\"../layer/pat.rs\");",
        "std::include!(\"../layer/pat.rs\");",
    ] {
        let mut house = House::default();
        house.exports.insert("PatAuthLayer".to_owned(), "layer".to_owned());
        house.read_source(&["token".to_owned(), "format".to_owned()], upward);
        assert!(house.imports.iter().any(|import| floor(&import.to) > 0), "not seen: {upward}");
    }
}

fn floor(room: &str) -> usize {
    // What is in no room, such as a glob of the root, lies above them all.
    FLOORS.iter().position(|rooms| rooms.contains(&room)).unwrap_or(FLOORS.len())
}

#[derive(Debug)]
#[expect(dead_code, reason = "`path` is there to be printed")]
struct Import {
    from: String,
    to: String,
    path: String,
}

#[derive(Default)]
struct House {
    rooms: BTreeSet<String>,
    /// The names at the root of the crate, and from which room they come.
    exports: BTreeMap<String, String>,
    imports: Vec<Import>,
    words: Vec<(String, String)>,
}

impl House {
    fn read(src: &Path) -> Self {
        let mut house = Self::default();
        house.read_exports(&fs::read_to_string(src.join("lib.rs")).unwrap());
        for file in files(src) {
            house.read_macros(src, &file);
        }
        for file in files(src) {
            let relative = file.strip_prefix(src).unwrap().with_extension("");
            let mut module: Vec<_> = relative.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
            module.retain(|part| part != "mod");
            if module != ["lib"] {
                house.rooms.insert(module[0].clone());
                house.read_source(&module, &fs::read_to_string(file).unwrap());
            }
        }
        assert!(house.imports.len() > 100, "the house has imports");
        house
    }

    fn read_exports(&mut self, root: &str) {
        for item in syn::parse_file(root).unwrap().items {
            let syn::Item::Use(item) = item else { continue };
            let mut paths = Vec::new();
            flatten(&item.tree, &mut Vec::new(), &mut paths);
            for path in paths {
                self.exports.insert(path.last().unwrap().clone(), path[0].clone());
            }
        }
    }

    /// A macro that is exported stands at the root, wherever it is written.
    fn read_macros(&mut self, src: &Path, file: &Path) {
        let room = file.strip_prefix(src).unwrap().with_extension("");
        let room = room.iter().next().unwrap().to_str().unwrap().to_owned();
        for item in syn::parse_file(&fs::read_to_string(file).unwrap()).unwrap().items {
            let syn::Item::Macro(item) = item else { continue };
            let is_exported = item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"));
            if let Some(name) = item.ident.filter(|_| is_exported) {
                self.exports.insert(name.to_string(), room.clone());
            }
        }
    }

    fn read_source(&mut self, module: &[String], source: &str) {
        let file = syn::parse_file(source).unwrap();
        let mut reader = Reader { house: self, module: module.to_vec() };
        reader.visit_file(&file);
        // A test may use what the code it tests does not know.
        let code = file.items.iter().filter(|item| !is_test(item)).map(ToTokens::to_token_stream);
        self.read_words(&module[0], code.collect());
    }

    fn read_words(&mut self, room: &str, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(word) => self.words.push((room.to_owned(), word.to_string())),
                TokenTree::Group(group) => self.read_words(room, group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

/// Reads the paths of one file; `module` is where it stands, inline modules included.
struct Reader<'a> {
    house: &'a mut House,
    module: Vec<String>,
}

impl Reader<'_> {
    /// A path as it is written: where does it lead?
    fn path(&mut self, path: &[String]) {
        let mut at = match path[0].as_str() {
            "crate" => Vec::new(),
            "self" | "super" => self.module.clone(),
            _ => return,
        };
        for part in path {
            match part.as_str() {
                "crate" | "self" => {}
                "super" => drop(at.pop()),
                part => at.push(part.to_owned()),
            }
        }
        let first = at.first().map_or("the root", String::as_str);
        let to = self.house.exports.get(first).map_or(first, String::as_str).to_owned();
        self.import(to, path.join("::"));
    }

    fn import(&mut self, to: String, path: String) {
        let from = self.module[0].clone();
        self.house.imports.push(Import { from, to, path });
    }

    /// Paths in the arguments of a macro, which only the macro could parse.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(word) if colons == 2 && !path.is_empty() => {
                    path.push(word.to_string());
                    colons = 0;
                }
                other => {
                    self.end_of_path(&mut path);
                    colons = 0;
                    match other {
                        TokenTree::Ident(word) => path.push(word.to_string()),
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                    }
                }
            }
        }
        self.end_of_path(&mut path);
    }

    fn end_of_path(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.path(path);
        }
        path.clear();
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut paths = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut paths);
        for path in &paths {
            self.path(path);
        }
        visit::visit_item_use(self, item);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        if item.ident == "self" {
            self.import("the root".to_owned(), "extern crate self".to_owned());
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.path(&segments);
        }
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let text = attribute.meta.to_token_stream().to_string();
        let names_a_file = attribute.path().is_ident("path") || text.starts_with("cfg_attr") && text.contains("path =");
        if names_a_file {
            self.import("the root".to_owned(), "#[path]".to_owned());
        }
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        if invocation.path.segments.last().is_some_and(|name| name.ident == "include") {
            self.import("the root".to_owned(), "include!".to_owned());
        }
        self.tokens(invocation.tokens.clone());
        visit::visit_macro(self, invocation);
    }
}

fn is_test(item: &syn::Item) -> bool {
    let syn::Item::Mod(module) = item else { return false };
    module.attrs.iter().any(|attribute| attribute.to_token_stream().to_string().contains("(test"))
}

fn flatten(tree: &syn::UseTree, prefix: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    let end = |word: String| prefix.iter().cloned().chain([word]).collect();
    match tree {
        syn::UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, paths);
            prefix.pop();
        }
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, prefix, paths)),
        syn::UseTree::Name(name) => paths.push(end(name.ident.to_string())),
        syn::UseTree::Rename(rename) => paths.push(end(rename.ident.to_string())),
        syn::UseTree::Glob(_) => paths.push(prefix.clone()),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let below = folders.iter().flat_map(|folder| self::files(folder));
    files.into_iter().filter(|file| file.extension().is_some_and(|end| end == "rs")).chain(below).collect()
}
