//! Log lines that go-plugin hosts read with level, logger and fields.

use std::io::{Write, stderr};

use log::kv::{Error, Key, Value, VisitSource};
use log::{Level, LevelFilter, Log, Metadata, Record};
use serde_json::{Map, Value as Json, json};

/// Characters of a text in a line: hosts read at most 64 KiB as one line.
const MAX_CHARACTERS: usize = 4_000;
const MAX_LINE_BYTES: usize = 65_535;

/// Writes the records of the `log` crate to stderr as hclog JSON; their key-values become fields.
///
/// [`crate::Plugin::serve`] installs it at level info when the program has no logger.
pub struct Hclog;

impl Hclog {
    /// Installs it at level info, and lets panics reach the host as errors. Does nothing when there is a logger.
    pub fn install() {
        if log::set_logger(&Hclog).is_ok() {
            log::set_max_level(LevelFilter::Info);
            std::panic::set_hook(Box::new(|panic| log::error!("{panic}")));
        }
    }
}

impl Log for Hclog {
    fn enabled(&self, metadata: &Metadata) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &Record) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let mut line = Fields(Map::new());
        let _ = record.key_values().visit(&mut line);
        let level = match record.level() {
            Level::Error => "error",
            Level::Warn => "warn",
            Level::Info => "info",
            Level::Debug => "debug",
            Level::Trace => "trace",
        };
        let own = json!({ "@level": level, "@message": cut(record.args().to_string()), "@module": record.target() });
        let Json::Object(own) = own else { return };
        let short = Json::Object(own.clone()).to_string();
        line.0.extend(own);
        let text = Json::Object(line.0).to_string();
        let text = if text.len() < MAX_LINE_BYTES { text } else { short };
        // One write, so that lines of threads do not mix.
        let _ = stderr().write_all(format!("{text}\n").as_bytes());
    }

    fn flush(&self) {}
}

struct Fields(Map<String, Json>);

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        // A name with @ is hclog's own, and one that is not a text ends a Go host.
        if !key.as_str().starts_with('@') {
            let number = value.to_i64().map(Json::from).or(value.to_f64().map(Json::from));
            let json = number.or(value.to_bool().map(Json::from));
            self.0.insert(key.to_string(), json.unwrap_or_else(|| cut(value.to_string()).into()));
        }
        Ok(())
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(MAX_CHARACTERS) {
        None => text,
        Some((end, _)) => text[..end].into(),
    }
}
